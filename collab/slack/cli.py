"""Slack, for whoever runs the installation: listen where Slack cannot reach us, and print the manifest."""

from __future__ import annotations

import signal
from types import FrameType

import click
from flask import current_app

from collab.kernel.permits import permit
from collab.slack import manifest
from collab.slack.socket import Listener


@click.group("slack")
def slack() -> None:
    """The connection to Slack."""


@slack.command("listen")
@permit("operate.slack")
def listen() -> None:
    """Hear Slack through connections of our own (Socket Mode), until this is ended: no public address is needed."""
    settings = current_app.extensions["settings"]
    if not settings.slack_app_token:
        raise click.ClickException("SLACK_APP_TOKEN is not set. Write the app-level token, which begins with xapp-.")
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    listener = Listener(app, settings.slack_app_token, settings.slack_api_url, click.echo)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        listener.stop()

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, stop)
    listener.run()


@slack.command("manifest")
@click.option("--socket", "by_socket", is_flag=True, help="For Socket Mode: no public address is needed.")
@permit("operate.slack")
def print_manifest(*, by_socket: bool) -> None:
    """Print the app's manifest with this installation's address filled in, to paste at api.slack.com/apps."""
    address = current_app.extensions["settings"].base_url
    if not (by_socket or address.startswith("https://")):
        click.echo(f"Slack cannot reach {address}: set COLLAB_BASE_URL to https, or use --socket.", err=True)
    click.echo(manifest.written(address, by_socket=by_socket), nl=False)


COMMANDS = (slack,)
