"""What the engine offers the rest of the house, and what it reacts to."""

from __future__ import annotations

from flask import Flask

from collab.approvals import queries, service, slack
from collab.approvals.permits import PERMITS
from collab.approvals.service import clocks
from collab.approvals.slack import cards, last_chance
from collab.approvals.views import pages
from collab.escalations.registry import Watch, add_watch
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import AbsenceEnded, AbsenceStarted, MemberLeft, OfficeTaken
from collab.subjects.registry import registry


def install(app: Flask) -> None:
    """Register messages, the inbox source, and what happens to seats when people leave or go away."""
    permits.add(PERMITS)
    registry.add_inbox_source("approvals.seats", queries.inbox)
    add_kind(
        MessageKind(
            "approval.asked",
            cards.asked,
            repaint=cards.repainted,
            line=cards.asked_line,
            must_arrive=True,
            newest_only=True,
            name="approval.message.asked",
        )
    )
    add_kind(MessageKind("approval.told", cards.told, line=cards.told_line, name="approval.message.told"))
    add_kind(
        MessageKind(
            last_chance.KIND,
            last_chance.last_chance,
            repaint=last_chance.repainted,
            line=last_chance.line,
            must_arrive=True,
            newest_only=True,
            name="approval.message.last_chance",
        )
    )
    add_watch(Watch(clocks.WATCH, last_chance.KIND, clocks.still, clocks.facts, clocks.expected))
    reactions.on(MemberLeft, _move)
    reactions.on(AbsenceStarted, _move)
    reactions.on(AbsenceEnded, _come_home)
    reactions.on(OfficeTaken, _hand_over)
    app.register_blueprint(pages.bp)
    slack.install()


def _move(event: MemberLeft | AbsenceStarted) -> None:
    service.move_seats(event.member, now=event.at)


def _come_home(event: AbsenceEnded) -> None:
    service.come_home(event.member, now=event.at)


def _hand_over(event: OfficeTaken) -> None:
    service.hand_over(event.office, event.member, now=event.at)
