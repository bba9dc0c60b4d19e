"""What goals offer the rest of the house."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask

from collab.access.registry import add_sharing
from collab.access.rules.keys import MEASUREMENTS
from collab.audit.registry import registry as trail
from collab.audit.views.meanwhile import tell_history
from collab.escalations.registry import Watch, add_watch
from collab.exports.registry import registry as exports
from collab.goals import queries
from collab.goals.permits import PERMITS
from collab.goals.queries import accepting, checkin_inbox, concerning, dark, rhythm
from collab.goals.queries.face import face
from collab.goals.queries.figures import is_measured_by
from collab.goals.queries.habits import NAME
from collab.goals.queries.history import may_read
from collab.goals.queries.stages import stages_by_code
from collab.goals.rules import fiscal
from collab.goals.rules.habits import parse_habits
from collab.goals.schemas.figures import MeasurementRow
from collab.goals.service import discussing, guests, leave, telling
from collab.goals.service import rhythm as asks
from collab.goals.service.asking import ASKED, LAST_CHANCE
from collab.goals.service.importing import MeasurementRows
from collab.goals.slack import checkin_cards as cards
from collab.goals.slack import checking_in, life, life_cards, seeing
from collab.goals.views import api, exporting, pages
from collab.imports.registry import Kind as FileKind
from collab.imports.registry import registry as files
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import AbsenceStarted, MemberLeft
from collab.subjects.registry import Kind, registry
from collab.web.api import register
from collab.web.identity import limit_scope, reader_or_default


def install(app: Flask, *, config_dir: Path) -> None:
    """Tell the registries about goals. Raises ValueError for a `goals.toml` that cannot be read."""
    permits.add(PERMITS)
    add_sharing(guests.SHARING)
    exports.add(*exporting.EXPORTS)
    file = config_dir / "goals.toml"
    app.extensions[NAME] = parse_habits(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    registry.add_kind(
        Kind(
            "goal", queries.PREFIX, queries.summaries, queries.words, face, departments=concerning.departments,
            awaited=concerning.awaited, news=concerning.news,
        )
    )  # fmt: skip
    tell_history("goal", may_read)
    trail.know_things(("journey_stage", "stage", "hands_to"), stages_by_code)
    _rhythm()
    _life()
    _checkins()
    seeing.install()
    _figures()
    app.jinja_env.filters["period"] = _period
    register(app, api.bp)
    app.register_blueprint(pages.bp)


def _period(code: str | None) -> str:
    """A fiscal period in the reader's words, for templates of whoever plans by them."""
    return reader_or_default().say(fiscal.said(code)) if code else ""


def _figures() -> None:
    """Figures come in from files too, and from machines: theirs are the goals their owner may measure."""
    files.add(FileKind("measurements", "goal.import", MeasurementRow, MeasurementRows, judged_again=False))
    limit_scope(MEASUREMENTS, is_measured_by)


def _rhythm() -> None:
    """Check-ins are asked for, and a missing one climbs. A last chance is not `newest_only`: two clocks of a goal run apart."""
    add_watch(Watch(rhythm.WATCH, LAST_CHANCE, rhythm.still_awaited, dark.facts, rhythm.expected))
    reactions.on(AbsenceStarted, _away)
    add_kind(
        MessageKind(
            ASKED, cards.asked, repaint=cards.asked_again, line=cards.asked_line, must_arrive=True, newest_only=True,
            name="goal.rhythm.message.asked",
        )
    )  # fmt: skip
    add_kind(
        MessageKind(
            LAST_CHANCE, cards.last_chance, repaint=cards.last_chance_again, line=cards.last_chance_line, must_arrive=True,
            name="goal.rhythm.message.last",
        )
    )  # fmt: skip


def _life() -> None:
    """Owners are asked to accept, everybody it concerns is told; whoever leaves answers for nothing any more."""
    registry.add_inbox_source("goals.accept", accepting.inbox)
    reactions.on(MemberLeft, leave)
    add_kind(
        MessageKind(
            telling.ASKED, life_cards.asked, repaint=life_cards.repainted, line=life_cards.asked_line, must_arrive=True,
            newest_only=True, name="goal.life.message.asked",
        )
    )  # fmt: skip
    add_kind(MessageKind(telling.TOLD, life_cards.told, line=life_cards.told_line, name="goal.life.message.told"))
    life.install()


def _checkins() -> None:
    """Owners check in, and talk over where they see a goal too differently."""
    registry.add_inbox_source("goals.checkins", checkin_inbox.inbox)
    for code, render, line in (
        (discussing.DIVERGED, cards.diverged, cards.diverged_line),
        (discussing.DISCUSSED, cards.discussed, cards.discussed_line),
    ):
        add_kind(MessageKind(code, render, line=line, name=f"goal.checkin.message.{code.rpartition('.')[2]}"))
    checking_in.install()


def _away(event: AbsenceStarted) -> None:
    asks.away(event.member, now=event.at)
