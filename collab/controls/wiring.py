"""Attaches controls to the application."""

from __future__ import annotations

from flask import Flask

from collab.controls import queries, slack
from collab.controls.permits import PERMITS
from collab.controls.service import ASKED, LAST_CHANCE, TOLD
from collab.controls.views import api, pages
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.subjects.registry import Kind, registry
from collab.web.admin import add_admin_page
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries."""
    permits.add(PERMITS)
    registry.add_kind(Kind("control", "CC", queries.summaries, queries.words))
    registry.add_inbox_source("controls", queries.inbox)
    for code, render in ((ASKED, slack.asked), (LAST_CHANCE, slack.last_chance)):
        add_kind(
            MessageKind(
                code, render, repaint=slack.repainted, line=slack.line, must_arrive=True, newest_only=True,
                name=f"control.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(MessageKind(TOLD, slack.repainted, line=slack.line, name="control.message.told"))
    add_admin_page(
        "control.page.list", queries.PAGE, "control.list", lambda _me, _now: queries.count_waiting(),
        about="control.page.list_about", group="rules",
    )  # fmt: skip
    register(app, api.bp)
    app.register_blueprint(pages.bp)
    slack.install()
