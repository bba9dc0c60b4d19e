"""What incidents offer the rest of the house, and what they react to."""

from __future__ import annotations

import tomllib
from functools import partial

from flask import Flask

from collab.escalations.registry import Watch, add_watch
from collab.exports.registry import registry as exports
from collab.incidents import queries, service, slack
from collab.incidents.permits import PERMITS
from collab.incidents.queries import written
from collab.incidents.rules import parse
from collab.incidents.service.moving import ACK, LATE, PAGE, REPLY, REVIEW, REVIEW_LATE, TOLD
from collab.incidents.slack import cards
from collab.incidents.views import api, deeds, exporting, pages
from collab.incidents.views.banner import banner
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import AbsenceStarted, MemberLeft
from collab.subjects.registry import registry
from collab.tasks.queries import PREFIX
from collab.tasks.service import TaskAsked, TaskMoved
from collab.web.api import register
from collab.web.pages import add_banner


def install(app: Flask) -> None:
    """Tell the registries. Raises ValueError for an `incidents.toml` that cannot be read."""
    permits.add(PERMITS)
    exports.add(*exporting.EXPORTS)
    file = app.extensions["settings"].config_dir / "incidents.toml"
    app.extensions["incidents.plan"] = parse(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    registry.add_inbox_source("incidents", queries.inbox)
    registry.add_inner_words(PREFIX, "incident", written.words)
    registry.know_insiders(PREFIX, written.insiders)
    registry.add_teller("incidents", queries.news)
    add_watch(Watch(ACK, LATE, queries.still_acked, queries.facts, partial(queries.expected, "ack")))
    add_watch(Watch(REPLY, LATE, queries.still_replied, queries.facts, partial(queries.expected, "reply")))
    add_watch(Watch(REVIEW, REVIEW_LATE, queries.still_reviewed, queries.facts, partial(queries.expected, "review")))
    reactions.on(TaskAsked, service.begin)
    reactions.on(TaskMoved, service.moved)
    reactions.on(MemberLeft, service.left)
    reactions.on(AbsenceStarted, service.went_away)
    add_banner(banner)
    app.jinja_env.globals["is_incident"] = lambda key: queries.find_incident(key) is not None
    _messages()
    register(app, api.bp)
    for part in (pages, deeds):
        app.register_blueprint(part.bp)
    slack.install()


def _messages() -> None:
    for code, render in ((PAGE, cards.paged), (LATE, cards.late), (REVIEW_LATE, cards.review_late)):
        add_kind(
            MessageKind(
                code, render, repaint=cards.repainted, line=cards.line, must_arrive=True,
                name=f"incident.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(MessageKind(TOLD, cards.told, line=cards.told_line, name="incident.message.told"))
