"""What the digest offers the rest of the house."""

from __future__ import annotations

import tomllib

from flask import Flask

from collab.digests import queries, service, slack
from collab.digests.permits import PERMITS
from collab.digests.queries import unread
from collab.digests.rules.habits import parse
from collab.digests.service import reading
from collab.digests.slack import cards
from collab.digests.views import api, pages, settings
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.subjects.registry import registry
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries. Raises ValueError for a `digests.toml` that cannot be read."""
    permits.add(PERMITS)
    file = app.extensions["settings"].config_dir / "digests.toml"
    app.extensions[queries.PATTERN] = parse(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    add_kind(MessageKind(
        service.KIND, cards.issue, asks=False, name="digest.said.message", arrived=service.said_in_slack, unreached=service.unreached,
    ))  # fmt: skip
    service.letters.write = reading.write_letter
    registry.add_inbox_source("digests.unread", unread.inbox)
    register(app, api.bp)
    app.register_blueprint(pages.bp)
    app.register_blueprint(settings.bp)
    slack.install()
