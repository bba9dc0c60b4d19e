"""`doctor`: what is configured, what is missing, what will surprise; a line each."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import current_app

from collab.home.cli import company_checks, server_checks, slack_checks
from collab.home.cli.findings import MARKS, PROBLEM, Finding, problem
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.health import unready
from config.settings import Settings


@click.command("doctor")
@permit("operate.inspect")
def doctor() -> None:
    """Say how this installation stands. Exit code 1 if something does not work."""
    found = list(_examine(current_app.extensions["settings"]))
    for finding in found:
        click.echo(f"{MARKS[finding.level]}  {finding.text}")
    problems = sum(finding.level == PROBLEM for finding in found)
    click.echo(f"\n{problems} to mend." if problems else "\nNothing to mend.")
    if problems:
        raise click.exceptions.Exit(1)


def _examine(settings: Settings) -> Iterator[Finding]:
    now = clock.now()
    yield from server_checks.settings(settings)
    yield from server_checks.broker(settings.broker_url)
    yield from slack_checks.connection(settings, now)
    yield from server_checks.mail()
    yield from server_checks.papers()
    reason = unready()
    if reason is not None:
        yield problem(f"Database: {reason}.")
        return
    yield from slack_checks.heard()
    yield from server_checks.delivery(now)
    yield from company_checks.files(settings.config_dir)
    yield from company_checks.calendars()
    yield from company_checks.routes(now)
    yield from company_checks.people(now)
    yield from company_checks.tokens()
