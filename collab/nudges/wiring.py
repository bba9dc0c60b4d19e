"""What nudges offer the rest of the house: the daily reminder, whom nothing disturbs now."""

from __future__ import annotations

import tomllib

from flask import Flask

from collab.kernel.permits import permits
from collab.nudges import queries, service, slack
from collab.nudges.permits import PERMITS
from collab.nudges.rules.pattern import parse
from collab.nudges.slack import cards
from collab.nudges.views import api, pages
from collab.outbox.registry import MessageKind, add_kind, doors, hush
from collab.web.admin import add_admin_page
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries. Raises ValueError for a `nudges.toml` that cannot be read."""
    permits.add(PERMITS)
    file = app.extensions["settings"].config_dir / "nudges.toml"
    app.extensions["nudges.pattern"] = parse(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    add_kind(MessageKind(service.REMINDER, cards.reminder, newest_only=True, asks=False, name="nudge.message.daily"))
    hush.silences = queries.silences
    add_admin_page(
        "nudge.report.link", "/admin/attention", "nudge.report", about="control.page.attention_about", group="slack"
    )
    doors.by_mail = queries.wants_mail
    register(app, api.bp)
    app.register_blueprint(pages.bp)
    slack.install()
