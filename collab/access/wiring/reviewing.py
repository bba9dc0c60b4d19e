"""What reviews of access bring to the application."""

from __future__ import annotations

from flask import Flask

from collab.access.queries import reviewing as queries
from collab.access.views import review_files, reviewing, reviewing_api
from collab.exports.registry import registry as exports
from collab.kernel.permits import permits, row
from collab.subjects.registry import Kind, registry
from collab.web.admin import add_admin_page
from collab.web.api import register

NEVER = ("auditor", "partner")
PERMITS = [
    row("access_review.list", ["admin", "auditor"], unless=["partner"]),
    row("access_review.show", ["admin", "auditor", "reviewer"], unless=["partner"]),
    row("access_review.begin", ["admin", "auditor"], unless=["partner"]),
    row("access_review.judge", ["reviewer", "admin"], ["open"], unless=NEVER),
    row("access_review.sign", ["admin", "auditor"], ["open"], unless=["partner", "beginner"]),
]
"""`reviewer` is named on a line, `beginner` began the round: a second person signs it off. An auditor may begin and sign off,
and judges nobody."""


def install(app: Flask) -> None:
    """Attach it all."""
    permits.add(PERMITS)
    registry.add_kind(
        Kind("access_review", queries.PREFIX, queries.summaries, queries.words, queries.face)
    )  # fmt: skip
    registry.add_inbox_source("access.reviews", queries.inbox)
    exports.add(*review_files.EXPORTS)
    app.register_blueprint(reviewing.bp)
    register(app, reviewing_api.bp)
    add_admin_page("access_review.page.title", queries.PAGE, "access_review.list", about="access_review.page.about")
