"""What purchase requests offer the rest of the house, and what they react to."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask

from collab.approvals.queries.written import decision_words
from collab.approvals.service import Revoking, RoundEnded
from collab.approvals.service.carrying import DecisionsStand
from collab.audit.views.meanwhile import tell_history
from collab.escalations.registry import Watch, add_watch
from collab.exports.registry import registry as exports
from collab.imports.registry import Kind as FileKind
from collab.imports.registry import registry as files
from collab.initiatives.queries.spending import books as spending_books
from collab.kernel import reactions
from collab.kernel.errors import Text
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.registry import offer_categories
from collab.people.service import MemberLeft
from collab.purchases import queries, service, slack
from collab.purchases.permits import PERMITS
from collab.purchases.queries import concerning, wording, written
from collab.purchases.queries.history import compared, may_read
from collab.purchases.queries.spending import spent_on
from collab.purchases.rules import CATEGORIES, parse_material, parse_requirements
from collab.purchases.schemas.rows import PurchaseRow
from collab.purchases.service import mending
from collab.purchases.service.importing import PurchaseRows
from collab.purchases.slack import mending as cards
from collab.purchases.slack import news
from collab.purchases.views import api, beside, deeds, exporting, pages, printing, writing
from collab.subjects.registry import Kind, registry
from collab.threads.registry import add_listeners
from collab.web.api import register

LAST_CHANCE = "purchase.last_chance"


def install(app: Flask, *, config_dir: Path, currency: str) -> None:
    """Tell the registries about requests. Raises ValueError for a `purchases.toml` that cannot be read."""
    permits.add(PERMITS)
    tell_history("purchase", may_read, compared)
    exports.add(*exporting.EXPORTS)
    file = config_dir / "purchases.toml"
    rules = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    app.extensions["purchases.requirements"] = parse_requirements(rules, currency)
    app.extensions["purchases.material"] = parse_material(rules)
    registry.add_kind(
        Kind(
            "purchase", queries.PREFIX, queries.summaries, queries.words, queries.face, queries.related, wording.changes,
            departments=concerning.departments, awaited=concerning.awaited, news=concerning.news,
        )
    )  # fmt: skip
    registry.add_inner_words(queries.PREFIX, "decisions", decision_words)
    registry.add_inner_words(queries.PREFIX, "content", written.words)
    registry.know_insiders(queries.PREFIX, written.insiders)
    registry.add_inbox_source("purchases.returned", queries.inbox)
    offer_categories({code: Text(f"purchase.category.{code}") for code in CATEGORIES})
    files.add(FileKind("purchases", "purchase.import", PurchaseRow, PurchaseRows, judged_again=False))
    reactions.on(RoundEnded, service.conclude)
    reactions.on(Revoking, service.keep_ordered)
    reactions.on(DecisionsStand, service.tell_standing)
    add_listeners(queries.PREFIX, queries.owners)
    reactions.on(MemberLeft, _hand_on)
    add_kind(
        MessageKind(
            LAST_CHANCE, cards.last_chance, cards.repainted, cards.line, must_arrive=True, newest_only=True,
            name="approval.message.last_chance",
        )
    )  # fmt: skip
    add_kind(
        MessageKind(mending.PASSED_ON, cards.passed_on, cards.repainted, cards.line, name="purchase.message.passed_on")
    )
    news.install()
    app.jinja_env.globals["purchase_beside"] = beside.panels
    add_watch(Watch(queries.MENDING, LAST_CHANCE, mending.still, expected=mending.expected))
    spending_books.spent_on = spent_on
    register(app, api.bp)
    for part in (pages, writing, deeds, printing):
        app.register_blueprint(part.bp)
    slack.install()


def _hand_on(event: MemberLeft) -> None:
    service.hand_on(event.member, now=event.at)
