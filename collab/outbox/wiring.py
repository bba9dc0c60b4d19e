"""What the outbox offers: its own kinds of message, the preview, the operators' page and API, their line on every page."""

from __future__ import annotations

from flask import Flask

from collab.kernel.permits import permits
from collab.outbox import hearing, slack
from collab.outbox.messages import DELIVERY
from collab.outbox.permits import PERMITS
from collab.outbox.registry import BUNDLE, TROUBLE, MessageKind, add_kind
from collab.outbox.views import api, banner, delivery, metrics, preview
from collab.web.admin import add_admin_page
from collab.web.api import register
from collab.web.pages import add_banner


def install(app: Flask) -> None:
    """Attach the pages and the API, make the kinds known."""
    permits.add(PERMITS)
    add_kind(
        MessageKind(BUNDLE, slack.bundled, repaint=slack.repainted_bundle, must_arrive=True, name="outbox.kind.bundle")
    )
    add_kind(MessageKind(TROUBLE, slack.trouble, name="outbox.kind.trouble"))
    register(app, api.bp)
    for part in (preview.bp, delivery.bp):
        app.register_blueprint(part)
    add_banner(banner.banner)
    add_admin_page(
        "web.nav.delivery",
        DELIVERY,
        "outbox.watch",
        banner.standing_still,
        about="control.page.delivery_about",
        group="slack",
    )
    metrics.install()
    hearing.install()
