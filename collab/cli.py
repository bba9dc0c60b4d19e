"""`flask --app wsgi ...`: what an operator types. Features bring their commands; here they are put together.

This is the command line's one translator of refusals: one line on stderr per problem, exit code 1, never a traceback.
Whoever may type on this machine is the operator: commands act as the system, and the audit trail says so.
"""

from __future__ import annotations

import copy
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from collab.access import cli as access
from collab.approvals import cli as approvals
from collab.audit import cli as audit
from collab.digests import cli as digests
from collab.escalations import cli as escalations
from collab.home import cli as home
from collab.imports import cli as imports
from collab.kernel.company import company
from collab.kernel.errors import Busy, DomainError, Invalid
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits, row
from collab.outbox import cli as outbox
from collab.people import cli as people
from collab.slack import cli as slack
from collab.web.health import unready

OPERATOR = "operator"
"""The relation of whoever may type commands on the server."""

PERMITS = [
    row("operate.install", [OPERATOR]),
    row("operate.inspect", [OPERATOR]),
    row("operate.people", [OPERATOR]),
    row("operate.routes", [OPERATOR]),
    row("operate.escalations", [OPERATOR]),
    row("operate.audit", [OPERATOR]),
    row("operate.delivery", [OPERATOR]),
    row("operate.digest", [OPERATOR]),
    row("operate.slack", [OPERATOR]),
]
COMMANDS = (
    *home.COMMANDS, *people.COMMANDS, *access.COMMANDS, *imports.COMMANDS, *approvals.COMMANDS, *escalations.COMMANDS, *outbox.COMMANDS,
    *audit.COMMANDS, *slack.COMMANDS, *digests.COMMANDS,
)  # fmt: skip


def install(app: Flask) -> None:
    """Attach the commands."""
    permits.add(PERMITS)
    for command in COMMANDS:
        app.cli.add_command(_ours(command))


def _ours(command: click.Command) -> click.Command:
    """A copy of a command (and of all below it) that runs in the application and says refusals in one line."""
    ours = copy.copy(command)
    if isinstance(ours, click.Group):
        ours.commands = {name: _ours(below) for name, below in ours.commands.items()}
    elif ours.callback is not None:
        ours.callback = with_appcontext(_translated(ours.callback))
    return ours


def _translated(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except (Busy, OperationalError, ProgrammingError) as error:
            raise _Refusal(f"The database cannot be used: {unready() or _first_line(error)}.") from error
        except DomainError as error:
            raise _Refusal("\n".join(_lines(error))) from error

    return run


class _Refusal(click.ClickException):
    """Something refused, already in words."""

    def show(self, file: Any = None) -> None:
        """Without click's "Error: ", which belongs to mistyped commands."""
        click.echo(self.format_message(), err=True, file=file)


def _lines(error: DomainError) -> Iterator[str]:
    """What was refused, field by field where there are fields."""
    reader = Reader("ja" if os.environ.get("LANG", "").startswith("ja") else "en", company().zone)
    yield from getattr(error, "__notes__", ())
    if not isinstance(error, Invalid):
        yield reader.say(error.text)
        return
    for path, text in error.fields.items():
        yield reader.say(text) if path == "file" else f"{path}: {reader.say(text)}"


def _first_line(error: BaseException) -> str:
    """What the database said, without the statement; a Busy carries it as its cause."""
    said = error.__cause__ if isinstance(error, Busy) else error
    return str(getattr(said, "orig", said)).strip().partition("\n")[0].rstrip(".")
