"""What escalations offer the rest of the house, and what they react to."""

from __future__ import annotations

from flask import Flask

from collab.escalations import service, slack
from collab.escalations.permits import PERMITS
from collab.escalations.slack import cards
from collab.escalations.views import api, banner, health, metrics, pages, rows
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import AbsenceStarted, MemberLeft
from collab.subjects.registry import registry, verbs_told
from collab.web.api import register
from collab.web.pages import add_banner

TOLD = ("escalation_climbed", "escalation_asked", "escalation_acknowledged", "escalation_exhausted")
"""What is worth saying in shared channels: it is late and superiors know, and that somebody sees to it."""


def install(app: Flask) -> None:
    """Tell the registries, and what happens to waits when people leave or go away."""
    permits.add(PERMITS)
    registry.add_teller("escalations", verbs_told("escalation.news", *TOLD))
    reactions.on(MemberLeft, _left)
    reactions.on(AbsenceStarted, _away)
    _say()
    _show(app)


def _say() -> None:
    """Cards, buttons, what waits for superiors. None of the cards is `newest_only`: one subject may stall in two places."""
    add_kind(
        MessageKind(
            "escalation.told", cards.told, repaint=cards.told_again, line=cards.told_line, must_arrive=True,
            name="escalation.message.told",
        )
    )  # fmt: skip
    add_kind(
        MessageKind(
            "escalation.shared", cards.told, repaint=cards.told_again, line=cards.told_line, must_arrive=True,
            name="escalation.message.shared",
        )
    )  # fmt: skip
    for code, render, repaint in _OTHERS:
        add_kind(MessageKind(code, render, repaint=repaint, must_arrive=True, name=f"escalation.message.{code[11:]}"))
    add_kind(MessageKind("escalation.audit", cards.alarm, must_arrive=True, name="escalation.message.audit"))
    registry.add_inbox_source("escalations.before", rows.inbox)
    slack.install()


_OTHERS = (
    ("escalation.exhausted", cards.exhausted, cards.exhausted_again),
    ("escalation.nobody", cards.nobody, cards.nobody_again),
    ("escalation.catch_up", cards.catch_up, cards.catch_up_again),
)


def _show(app: Flask) -> None:
    """Pages, the API, the banner, figures."""
    register(app, api.bp)
    for part in (pages.bp, health.bp):
        app.register_blueprint(part)
    app.jinja_env.globals["escalation_panel"] = pages.panel
    add_banner(banner.banner)
    metrics.install()


def _left(event: MemberLeft) -> None:
    service.let_go(event.member, now=event.at)
    service.move_on(event.member, now=event.at)


def _away(event: AbsenceStarted) -> None:
    service.let_go(event.member, now=event.at)
