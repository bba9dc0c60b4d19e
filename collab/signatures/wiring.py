"""What signatures offer the rest of the house, and what they react to."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask

from collab.escalations.registry import Watch, add_watch
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import MemberLeft
from collab.signatures import slack
from collab.signatures.permits import PERMITS
from collab.signatures.queries import waiting
from collab.signatures.service import laying, voiding
from collab.signatures.service.telling import ASKED, LAST_CHANCE, TOLD
from collab.signatures.slack import cards
from collab.signatures.views import api, pages, printing
from collab.subjects.registry import registry
from collab.web.api import register


def install(app: Flask, *, config_dir: Path) -> None:
    """Tell the registries. Raises ValueError for a `signatures.toml` that cannot be read."""
    permits.add(PERMITS)
    file = config_dir / "signatures.toml"
    app.extensions[laying.SETTING] = laying.read_due(
        tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    )
    registry.add_inbox_source("signatures", waiting.inbox)
    registry.add_teller("signatures", waiting.news)
    add_watch(Watch(waiting.WATCH, LAST_CHANCE, waiting.still_missing, waiting.facts, waiting.expected))
    reactions.on(MemberLeft, voiding.leave)
    _messages()
    register(app, api.bp)
    for part in (pages, printing):
        app.register_blueprint(part.bp)
    slack.install()


def _messages() -> None:
    """Not `newest_only`: a subject may have several papers, and each is asked for by itself."""
    for code, render in ((ASKED, cards.asked), (LAST_CHANCE, cards.last_chance)):
        add_kind(
            MessageKind(
                code, render, repaint=cards.repainted, line=cards.line, must_arrive=True,
                name=f"signature.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(MessageKind(TOLD, cards.told, line=cards.told_line, name="signature.message.told"))
