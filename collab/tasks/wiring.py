"""What tasks offer the rest of the house, and what they react to."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path

from flask import Flask

from collab.access.registry import add_sharing
from collab.escalations import service as escalations
from collab.escalations.registry import Watch, add_watch
from collab.exports.registry import registry as exports
from collab.goals.service.events import PromiseBroken
from collab.imports.registry import Kind as FileKind
from collab.imports.registry import registry as files
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import MemberLeft
from collab.subjects.registry import Kind, registry
from collab.tasks import queries, service, slack
from collab.tasks.permits import PERMITS
from collab.tasks.queries import concerning
from collab.tasks.queries.flow import list_hidden
from collab.tasks.queries.waiting import KINDS
from collab.tasks.rules.policy import parse
from collab.tasks.schemas.rows import TaskRow
from collab.tasks.service import guests
from collab.tasks.service.importing import TaskRows
from collab.tasks.service.moving import ASKED_NOTE, LAST_CHANCE, TOLD_NOTE
from collab.tasks.service.promises import promise_broken
from collab.tasks.slack import cards
from collab.tasks.views import api, deeds, exporting, pages, writing
from collab.threads.registry import add_listeners
from collab.threads.service import Commented
from collab.web.api import register


def install(app: Flask, *, config_dir: Path | None = None) -> None:
    """Tell the registries about tasks. Raises ValueError for a `tasks.toml` that cannot be read."""
    folder = config_dir or app.extensions["settings"].config_dir
    file = folder / "tasks.toml"
    app.extensions["tasks.policy"] = parse(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    permits.add(PERMITS)
    add_sharing(guests.SHARING)
    exports.add(*exporting.EXPORTS)
    registry.add_kind(
        Kind(
            "task", queries.PREFIX, queries.summaries, queries.words, queries.face, departments=concerning.departments,
            awaited=concerning.awaited, news=concerning.news,
        )
    )  # fmt: skip
    registry.add_inbox_source("tasks", queries.inbox)
    files.add(FileKind("tasks", "task.import", TaskRow, TaskRows))
    for kind in KINDS:
        expected = partial(queries.expected, kind)
        add_watch(
            Watch(
                f"task.{kind}", LAST_CHANCE, queries.still, queries.facts, expected, deputies=True, hidden=list_hidden
            )
        )
    add_listeners(queries.PREFIX, queries.listeners)
    reactions.on(MemberLeft, _leave)
    reactions.on(Commented, _commented)
    reactions.on(PromiseBroken, promise_broken)
    register(app, api.bp)
    for part in (pages, writing, deeds):
        app.register_blueprint(part.bp)
    _add_messages()
    slack.install()


def _add_messages() -> None:
    """What tasks say in Slack: each stays the face of its task, so whoever moves it repaints it."""
    asked = MessageKind(
        ASKED_NOTE,
        cards.asked,
        repaint=cards.repainted,
        line=cards.asked_line,
        must_arrive=True,
        newest_only=True,
        name="task.message.asked",
    )
    told = MessageKind(TOLD_NOTE, cards.told, repaint=cards.told, line=cards.told_line, name="task.message.told")
    last = MessageKind(
        LAST_CHANCE,
        cards.last_chance,
        repaint=cards.last_chance_repainted,
        line=cards.last_chance_line,
        must_arrive=True,
        name="task.message.last_chance",
    )
    for kind in (asked, told, last):
        add_kind(kind)


def _leave(event: MemberLeft) -> None:
    service.leave(event.member, now=event.at)


def _commented(event: Commented) -> None:
    if event.subject.startswith(f"{queries.PREFIX}-"):
        escalations.extend(event.subject, by=event.by, now=event.at)
