"""Setting an installation up."""

from __future__ import annotations

import click
from flask import current_app
from flask_migrate import upgrade

from collab.home.service import basics, demo
from collab.kernel import clock
from collab.kernel.permits import permit
from config.settings import Settings


@click.command("init")
@permit("operate.install")
def init() -> None:
    """Bring the database up to date and take the calendars, routes and policies of the configuration. Safe to repeat."""
    upgrade(directory=str(current_app.extensions["migrations"]))
    taken = basics.take_files(_settings().config_dir, by=None, now=clock.now())
    calendars = f"calendars taken: {', '.join(taken.calendars)}" if taken.calendars else "calendars unchanged"
    routes, policies = ("taken" if part else "unchanged" for part in (taken.routes, taken.policies))
    if taken.routes_differ:
        routes = "unchanged (the files differ from what is in force: propose them with `route propose`)"
    click.echo(f"The database is ready; {calendars}; routes {routes}; escalation policies {policies}.")


@click.command("demo")
@permit("operate.install")
def load_demo() -> None:
    """Load the sample company into an empty database."""
    settings = _settings()
    folder = settings.config_dir / "demo"
    if not folder.is_dir():
        raise click.ClickException(f"There is no sample company in {folder}.")
    current_app.extensions["wake"] = _nobody  # loaded before anybody works here: the first sweep finds it all
    basics.take_files(settings.config_dir, by=None, now=clock.now())
    loaded = demo.load(folder, now=clock.now())
    click.echo(
        f"The sample company is here: {loaded.members} members, {loaded.goals} goals, {loaded.purchases} requests."
    )


def _nobody(_duty: str, **_when: float) -> None:
    """No bell is rung."""


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
