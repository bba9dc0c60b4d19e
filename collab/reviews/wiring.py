"""What reviews offer the rest of the house."""

from __future__ import annotations

from flask import Flask

from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.reviews import queries, slack
from collab.reviews.permits import PERMITS
from collab.reviews.service.telling import ASKED
from collab.reviews.views import api, pages
from collab.subjects.registry import Kind, registry
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries."""
    permits.add(PERMITS)
    registry.add_kind(Kind("review", queries.PREFIX, queries.summaries, queries.words, queries.face, news=queries.news))
    registry.add_inbox_source("reviews", queries.inbox)
    add_kind(
        MessageKind(
            ASKED, slack.asked, repaint=slack.repainted, line=slack.line, must_arrive=True, newest_only=True,
            name="review.message.asked",
        )
    )  # fmt: skip
    slack.install()
    register(app, api.bp)
    app.register_blueprint(pages.bp)
