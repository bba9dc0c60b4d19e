"""What initiatives offer the rest of the house."""

from __future__ import annotations

import tomllib

from flask import Flask

from collab.access.registry import add_sharing
from collab.escalations.registry import Watch, add_watch
from collab.exports.registry import registry as exports
from collab.initiatives import queries, service, slack
from collab.initiatives.permits import PERMITS
from collab.initiatives.queries import concerning, pilots, steering, written
from collab.initiatives.queries.charter_sheets import CHARTER
from collab.initiatives.queries.policy import NAME
from collab.initiatives.registry import add_panel
from collab.initiatives.rules.policy import FILE, parse
from collab.initiatives.service import asking_votes, chartering, constraints, guests, piloting
from collab.initiatives.slack import cards, limits, votes
from collab.initiatives.views import (
    api,
    charter_api,
    charter_pages,
    deeds,
    exporting,
    pages,
    panels,
    steering_api,
    steering_pages,
)
from collab.initiatives.views.panels import charter
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import MemberLeft
from collab.signatures.queries import waiting
from collab.signatures.registry import add_paper
from collab.signatures.service import SheetValid, SheetVoided
from collab.subjects.registry import Kind, registry
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries. Raises ValueError for an `initiatives.toml` that cannot be read."""
    file = app.extensions["settings"].config_dir / FILE
    app.extensions[NAME] = parse(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    permits.add(PERMITS)
    add_sharing(guests.SHARING)
    exports.add(*exporting.EXPORTS)
    registry.add_kind(
        Kind(
            "initiative", queries.PREFIX, queries.summaries, queries.words, queries.face, queries.related,
            departments=concerning.departments, awaited=waiting.awaited, news=concerning.news,
        )
    )  # fmt: skip
    registry.add_inner_words(queries.PREFIX, "charter", written.charter_words)
    registry.know_insiders(queries.PREFIX, written.insiders)
    registry.add_inbox_source("initiatives", queries.inbox)
    registry.add_inbox_source("initiatives.lessons", queries.unlearnt)
    reactions.on(MemberLeft, service.leave)
    _steering(app)
    _charters(app)
    register(app, api.bp)
    _faces(app)


def _charters(app: Flask) -> None:
    """The charter is a paper to sign: both signatures make an idea chartered, a change takes it back."""
    add_paper(CHARTER)
    reactions.on(SheetValid, chartering.on_valid)
    reactions.on(SheetVoided, chartering.on_voided)
    reactions.on(service.InitiativeClosed, chartering.on_closed)
    add_panel("charter", 10, charter.panel, charter.TEMPLATE)
    register(app, charter_api.bp)
    app.register_blueprint(charter_pages.bp)


def _steering(app: Flask) -> None:
    """A pilot ends with its initiative, and its vote passes with the lead; a missing vote climbs. Nobody votes for another."""
    registry.add_inbox_source("initiatives.steering", steering.inbox)
    reactions.on(service.LeadsChanged, asking_votes.leads_changed)
    reactions.on(service.InitiativeClosed, piloting.closed)
    add_watch(Watch(pilots.WATCH, asking_votes.LAST_CHANCE, pilots.still_awaited, pilots.facts, pilots.expected))
    for code in (asking_votes.ASKED, asking_votes.LAST_CHANCE):
        add_kind(
            MessageKind(
                code, votes.asked, repaint=votes.repainted, line=votes.line, must_arrive=True, newest_only=True,
                name=f"initiative.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(
        MessageKind(
            constraints.ASKED, limits.asked, repaint=limits.repainted, line=limits.line, must_arrive=True,
            name="initiative.message.constraint_asked",
        )
    )  # fmt: skip
    for name, at in (("pilot", 20), ("milestones", 30), ("health", 50), ("log", 60), ("constraints", 70)):
        part = panels.STEERING[name]
        add_panel(name, at, part.panel, part.TEMPLATE)
    register(app, steering_api.bp)
    app.register_blueprint(steering_pages.bp)


def _faces(app: Flask) -> None:
    """Pages, Slack, and the news."""
    for part in (pages, deeds):
        app.register_blueprint(part.bp)
    slack.install()
    add_kind(MessageKind(service.TOLD, cards.told, line=cards.told_line, name="initiative.message.told"))
