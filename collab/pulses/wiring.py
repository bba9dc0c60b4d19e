"""What pulses offer the rest of the house."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask

from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.pulses import queries, slack
from collab.pulses.permits import PERMITS
from collab.pulses.rules.habits import parse_habits
from collab.pulses.service.telling import OPENED, REMINDER, RESULTS
from collab.pulses.slack import cards
from collab.pulses.views import api, pages
from collab.subjects.registry import Kind, registry
from collab.web.api import register


def install(app: Flask, *, config_dir: Path | None = None) -> None:
    """Tell the registries. Raises ValueError for a `pulses.toml` that cannot be read."""
    file = (config_dir or app.extensions["settings"].config_dir) / "pulses.toml"
    app.extensions[queries.NAME] = parse_habits(
        tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    )
    permits.add(PERMITS)
    registry.add_kind(
        Kind(
            "pulse", queries.PREFIX, queries.summaries, queries.words, queries.face, departments=queries.departments,
            news=queries.news,
        )
    )  # fmt: skip
    registry.add_inbox_source("pulses", queries.inbox)
    _messages()
    register(app, api.bp)
    app.register_blueprint(pages.bp)
    slack.install()


def _messages() -> None:
    """None of them must be acted on: they keep quiet when their reader is not to be disturbed."""
    for code, render in ((OPENED, cards.opened), (REMINDER, cards.reminder)):
        name = f"pulse.message.{code.rpartition('.')[2]}"
        add_kind(MessageKind(code, render, repaint=cards.repainted, line=cards.line, asks=False, name=name))
    add_kind(MessageKind(RESULTS, cards.told, line=cards.told_line, asks=False, name="pulse.message.results"))
