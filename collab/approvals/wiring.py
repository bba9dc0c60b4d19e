"""What the engine offers the rest of the house, and what it reacts to."""

from __future__ import annotations

from typing import Any

from flask import Flask

from collab.approvals import queries, service, slack
from collab.approvals.permits import PERMITS
from collab.approvals.queries.conditions import condition_inbox
from collab.approvals.queries.proposals import proposal_inbox, waiting_routes
from collab.approvals.queries.revocations import revocation_inbox
from collab.approvals.service import clocks, leaving, meeting, voices
from collab.approvals.slack import cards, conditions, last_chance, proposals, questions, reading, revoking
from collab.approvals.slack import leaving as left
from collab.approvals.views import api, changing, pages
from collab.controls.registry import registry as controls
from collab.escalations.registry import Watch, add_watch
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import AbsenceEnded, AbsenceStarted, DelegationEnded, MemberLeft, OfficeTaken
from collab.subjects.registry import registry
from collab.web.admin import add_admin_page
from collab.web.api import register


def install(app: Flask) -> None:
    """Register messages, inbox sources, pages, and what happens to seats when people leave or go away."""
    permits.add(PERMITS)
    _needs_people()
    controls.add_elsewhere("approvals.routes", waiting_routes)
    add_admin_page(
        "routes.proposal.page.title",
        "/routes/proposals",
        "routes.proposals",
        about="control.page.routes_about",
        group="rules",
    )
    _speaks()
    add_watch(Watch(clocks.WATCH, last_chance.KIND, clocks.still, clocks.facts, clocks.expected))
    _reacts()
    for part in (pages, changing):
        app.register_blueprint(part.bp)
    register(app, api.bp)
    for part in (slack, questions, reading, conditions, revoking, proposals):
        part.install()


def _needs_people() -> None:
    """What stands in somebody's inbox."""
    for source, rows in (
        ("approvals.seats", queries.inbox),
        ("approvals.questions", queries.question_inbox),
        ("approvals.readings", queries.reading_inbox),
        ("approvals.conditions", condition_inbox),
        ("approvals.revocations", revocation_inbox),
        ("approvals.proposals", proposal_inbox),
    ):
        registry.add_inbox_source(source, rows)


def _speaks() -> None:
    """The messages of the seats; what stands beside them brings its own."""
    must: dict[str, Any] = {"must_arrive": True, "newest_only": True}
    asked, last = "approval.message.asked", "approval.message.last_chance"
    add_kind(
        MessageKind("approval.asked", cards.asked, repaint=cards.repainted, line=cards.asked_line, name=asked, **must)
    )
    add_kind(MessageKind("approval.told", cards.told, line=cards.told_line, name="approval.message.told"))
    add_kind(
        MessageKind(
            last_chance.KIND, last_chance.last_chance, repaint=last_chance.repainted, line=last_chance.line, name=last, **must
        )
    )  # fmt: skip
    add_kind(
        MessageKind(leaving.UNANSWERED, left.unanswered, line=left.unanswered_line, name="approval.message.unanswered")
    )


def _reacts() -> None:
    """What happens to seats, promises and questions when people go, come back or take an office."""
    reactions.on(MemberLeft, _move)
    reactions.on(MemberLeft, _pass_on)
    reactions.on(AbsenceStarted, _move)
    reactions.on(AbsenceEnded, _come_home)
    reactions.on(OfficeTaken, _hand_over)
    reactions.on(DelegationEnded, _let_go)


def _let_go(event: DelegationEnded) -> None:
    service.let_go(now=event.at)


def _move(event: MemberLeft | AbsenceStarted) -> None:
    service.move_seats(event.member, now=event.at)
    if isinstance(event, MemberLeft):
        service.let_go(now=event.at)
        leaving.leave(event.member, now=event.at)


def _pass_on(event: MemberLeft) -> None:
    meeting.hand_on(event.member, now=event.at)
    voices.leave(event.member, now=event.at)


def _come_home(event: AbsenceEnded) -> None:
    service.come_home(event.member, now=event.at)


def _hand_over(event: OfficeTaken) -> None:
    service.hand_over(event.office, event.member, now=event.at)
    voices.hand_over(event.office, event.member, now=event.at)
