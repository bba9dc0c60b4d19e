"""What agreements offer the rest of the house, and what they react to."""

from __future__ import annotations

from flask import Flask

from collab.agreements import queries, service, slack
from collab.agreements.permits import PERMITS
from collab.agreements.queries import concerning
from collab.agreements.schemas.rows import AgreementRow
from collab.agreements.service.importing import AgreementRows
from collab.agreements.service.moving import WATCH
from collab.agreements.service.telling import ASKED, LAST_CHANCE, TOLD
from collab.agreements.slack import cards
from collab.agreements.views import api, deeds, exporting, pages
from collab.escalations.registry import Watch, add_watch
from collab.exports.registry import registry as exports
from collab.imports.registry import Kind as FileKind
from collab.imports.registry import registry as files
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import MemberLeft
from collab.subjects.registry import Kind, registry
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries."""
    permits.add(PERMITS)
    exports.add(*exporting.EXPORTS)
    registry.add_kind(
        Kind(
            "agreement", queries.PREFIX, queries.summaries, queries.words, queries.face, queries.related,
            departments=concerning.departments, awaited=concerning.awaited, news=concerning.news,
        )
    )  # fmt: skip
    registry.add_inbox_source("agreements", queries.inbox)
    files.add(FileKind("agreements", "agreement.import", AgreementRow, AgreementRows))
    add_watch(Watch(WATCH, LAST_CHANCE, queries.still_awaited, queries.facts, queries.expected, deputies=True))
    reactions.on(MemberLeft, service.leave)
    _messages()
    register(app, api.bp)
    for part in (pages, deeds):
        app.register_blueprint(part.bp)
    slack.install()


def _messages() -> None:
    for code, render in ((ASKED, cards.asked), (LAST_CHANCE, cards.last_chance)):
        add_kind(
            MessageKind(
                code, render, repaint=cards.repainted, line=cards.line, must_arrive=True, newest_only=True,
                name=f"agreement.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(MessageKind(TOLD, cards.told, line=cards.told_line, name="agreement.message.told"))
