"""Pause, resume and look at delivery, for whoever runs the installation."""

from __future__ import annotations

from datetime import datetime

import click

from collab.kernel import clock
from collab.kernel.company import company
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.outbox import messages, queries, service
from collab.outbox.queries import Barrier


@click.group("outbox")
def outbox() -> None:
    """Messages on their way to Slack."""


@outbox.command("pause")
@click.option("--reason", default="", help="Why, for whoever finds delivery paused.")
@permit("operate.delivery")
def pause(reason: str) -> None:
    """Send nothing until `outbox resume`; messages are kept."""
    if service.pause(reason, by=None, now=clock.now()):
        click.echo("Delivery is paused; messages are kept. `outbox resume` goes on.")
        return
    (gate,) = (gate for gate in queries.list_gates() if gate.name == "operator")
    click.echo(f"Delivery was paused already, {_since(gate)}.")


@outbox.command("resume")
@permit("operate.delivery")
def resume() -> None:
    """Send again; a workspace that refused us is asked at once."""
    before = {gate.name for gate in queries.list_gates()}
    if not service.resume(by=None, now=clock.now()):
        click.echo("Delivery was not paused.")
        return
    click.echo(
        "Delivery goes on."
        if before == {"operator"}
        else "Slack is asked at once; if it takes us back, delivery goes on."
    )


@outbox.command("status")
@permit("operate.delivery")
def status() -> None:
    """Say whether messages flow, what stops them, and how many are in which state."""
    now = clock.now()
    gates, stuck = queries.standstill(now)
    for gate in gates:
        click.echo(f"{_stopped(gate)}, {_since(gate)}.")
    if not gates:
        click.echo(
            f"{stuck} messages are late although nothing stops them." if stuck else "Nothing stops the messages."
        )
    for state, count in queries.counts_by_state().items():
        click.echo(f"{count:8} {state}")


def _stopped(gate: Barrier) -> str:
    if gate.name == "operator":
        return "Paused"
    return f"Slack refuses us ({gate.reason}): {Reader('en').say(messages.explained(gate.reason).cause).rstrip('.')}"


def _since(gate: Barrier) -> str:
    """Since when, by whom, why; in the company's zone."""
    since = f"since {_moment(gate.since)}"
    if gate.name != "operator":
        return since
    by = f" by {gate.by}" if gate.by else " on the server"
    return f"{since}{by}{f': {gate.reason}' if gate.reason else ''}".rstrip(".")


def _moment(at: datetime) -> str:
    return Reader("en", company().zone).moment(at)


COMMANDS = (outbox,)
