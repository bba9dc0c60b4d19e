"""Every way in has a permit row; every job is scheduled or rung, and has a queue of its own."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

import click
from flask import Flask

from collab.kernel.permits import permits
from workers.app import celery
from workers.base import settings
from workers.bell import DUTIES
from workers.queues import ROUTES, Queue
from workers.schedule import entries

LIBRARIES_OWN = {
    "static": "files everybody may have",
    "api-docs.openapi_json": "the document of the API",
}
"""Views of libraries, which carry no permit: each with its why."""
FLASKS_OWN = {"run", "shell", "routes", "db", "openapi"}
"""Commands that come with Flask and its extensions, for whoever works on the server."""


def test_every_route_has_a_permit_row(app: Flask) -> None:
    missing = {
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in LIBRARIES_OWN
        and getattr(app.view_functions[rule.endpoint], "permit", None) not in permits
    }
    assert not missing, f"no permit row: {sorted(missing)}"


def test_every_exception_is_still_needed(app: Flask) -> None:
    assert LIBRARIES_OWN.keys() <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_slack_command_button_and_modal_has_a_permit_row(app: Flask) -> None:
    from collab.slack.registry import edges

    assert edges.handlers
    missing = {
        f"{handler.__module__}.{handler.__qualname__}"
        for handler in edges.handlers
        if getattr(handler, "permit", None) not in permits
    }
    assert not missing, f"no permit row: {sorted(missing)}"


def test_every_command_has_a_permit_row(app: Flask) -> None:
    ours = {name: command for name, command in app.cli.commands.items() if name not in FLASKS_OWN}
    assert ours
    missing = {path for path, command in _leaves(ours) if _permit_of(command) not in permits}
    assert not missing, f"no permit row: {sorted(missing)}"


def test_every_permit_row_is_used_somewhere(app: Flask) -> None:
    """A verb nobody asks about is a rule nobody keeps."""
    from tests.house.source import modules

    text = "\n".join(module.text for module in modules("collab") if "permits" not in module.rooms[-1])
    unused = [verb for verb in permits if f'"{verb}"' not in text and not _built(verb, text)]
    assert not unused


def test_every_scheduled_job_exists_and_every_job_is_scheduled_or_rung() -> None:
    ours = {name for name in celery.tasks if not name.startswith("celery.")}
    scheduled = {entry.job for entry in entries(settings)}
    rung = {job for job, _argument in DUTIES.values()}
    assert scheduled <= ours
    assert rung <= ours
    assert ours == scheduled | rung


def test_every_job_has_a_queue_of_the_house_by_rule_not_by_default() -> None:
    for name in (name for name in celery.tasks if not name.startswith("celery.")):
        route = celery.amqp.router.route({}, name)
        assert route["queue"].name in set(Queue)
        assert any(fnmatch(name, pattern) for pattern, _queue in ROUTES), f"{name} fits no rule"


def test_every_line_of_the_schedule_says_why() -> None:
    assert all(entry.why for entry in entries(settings))


def _leaves(commands: dict[str, click.Command], path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command.commands, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


def _permit_of(command: click.Command) -> str | None:
    callback = command.callback
    while callback is not None:
        found = getattr(callback, "permit", None)
        if found:
            return str(found)
        callback = getattr(callback, "__wrapped__", None)
    return None


def _built(verb: str, text: str) -> bool:
    """Verbs put together from a feature and a word: `f"approval.{verb}"`."""
    feature, _, word = verb.partition(".")
    return f'f"{feature}.{{verb}}"' in text and f'"{word}"' in text
