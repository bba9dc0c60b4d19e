"""What blueprints offer the rest of the house, and what they react to."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask

from collab.blueprints import service
from collab.blueprints.messages.papers import Said, definition_rows
from collab.blueprints.permits import PERMITS
from collab.blueprints.queries import awaited, citing, papers, waiting, written
from collab.blueprints.queries.blueprints import PAPER
from collab.blueprints.rules.requirements import parse
from collab.blueprints.service import answering, drifting, prompting
from collab.blueprints.service.telling import ASKED, LAST_CHANCE, SETTING, TOLD
from collab.blueprints.slack import cards, dialogue, dialogue_cards, pressing
from collab.blueprints.views import api, asking, dialogue_api, dialogue_pages, dialogue_paper, panel
from collab.escalations.registry import Watch, add_watch
from collab.goals.queries.stages import find_stage
from collab.goals.registry import add_warnings
from collab.initiatives.queries import PREFIX
from collab.initiatives.registry import add_panel
from collab.initiatives.service.events import InitiativeClosed, LeadsChanged
from collab.kernel import reactions
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people import queries as people
from collab.people.service import MemberLeft
from collab.signatures.registry import Paper, add_paper
from collab.signatures.service import SheetValid
from collab.subjects.registry import registry, verbs_told
from collab.web.api import register

NEWS = ("open", "ask", "commit", "decline", "counter", "agree", "met", "withdraw", "cite")
"""What is worth saying of the trail in shared channels."""
TALK = ("dialogue", "reveal", "differ", "drift")


def install(app: Flask, *, config_dir: Path) -> None:
    """Tell the registries. Raises ValueError for a `blueprints.toml` that cannot be read."""
    permits.add(PERMITS)
    file = config_dir / "blueprints.toml"
    app.extensions[SETTING] = parse(tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {})
    _drawing(app)
    _talking(app)


def _drawing(app: Flask) -> None:
    """Points, requirements, sources, definitions, versions."""
    registry.add_inbox_source("blueprints.requirements", waiting.inbox)
    registry.add_ties("blueprints", citing.ties)
    registry.add_inner_words(PREFIX, "blueprint", written.words)
    registry.add_teller("blueprints", verbs_told("blueprint.news", *(f"blueprint_{verb}" for verb in NEWS)))
    add_warnings("blueprints", citing.warnings)
    add_panel("blueprint", 40, panel.panel, "blueprints/_panel.html", beside=True)
    add_watch(Watch(waiting.WATCH, LAST_CHANCE, waiting.still_waited, waiting.facts, waiting.expected))
    _papers()
    _messages()
    reactions.on(SheetValid, service.take_valid)
    reactions.on(MemberLeft, service.leave)
    reactions.on(LeadsChanged, service.led_anew)
    reactions.on(InitiativeClosed, service.over)
    register(app, api.bp)
    app.register_blueprint(asking.bp)
    pressing.install()


def _papers() -> None:
    said = Said(_stage, _person, _unit)
    add_paper(
        Paper(PAPER, "blueprint.paper.name", papers.path, rows=said.rows, shown=papers.shown, current=papers.current)
    )
    add_paper(
        Paper(
            papers.DEFINITION, "blueprint.paper.definition_name", papers.path, prefix=True, rows=definition_rows,
            current=papers.current_definition,
        )
    )  # fmt: skip


def _stage(code: str, how: Reader) -> str:
    stage = find_stage(code)
    return how.name(stage) if stage else code


def _person(email: str, how: Reader) -> str:
    named = people.names_by_email([email]).get(email)
    return how.name(named) if named else email


def _unit(code: str, how: Reader) -> str:
    return next((how.name(row) for row in people.list_departments() if row.code == code), code)


def _messages() -> None:
    """Not `newest_only`: an initiative has many requirements, and each is asked for by itself."""
    for code, render in ((ASKED, cards.asked), (LAST_CHANCE, cards.last_chance)):
        add_kind(
            MessageKind(
                code, render, repaint=cards.repainted, line=cards.line, must_arrive=True,
                name=f"blueprint.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(MessageKind(TOLD, cards.told, line=cards.told_line, name="blueprint.message.told"))


def _talking(app: Flask) -> None:
    """The dialogue, its differences, and the drift report."""
    registry.add_inbox_source("blueprints.dialogue", awaited.inbox)
    registry.add_teller("blueprints.dialogue", verbs_told("blueprint.news", *(f"blueprint_{verb}" for verb in TALK)))
    add_panel("dialogue", 80, dialogue_paper.panel, "blueprints/_dialogue_panel.html", beside=True)
    add_watch(
        Watch(awaited.WATCH, prompting.DIALOGUE_LAST_CHANCE, awaited.still_awaited, awaited.facts, awaited.expected)
    )
    for code, render in (
        (prompting.DIALOGUE_ASKED, dialogue_cards.asked),
        (prompting.DIALOGUE_LAST_CHANCE, dialogue_cards.last_chance),
    ):
        add_kind(
            MessageKind(
                code, render, repaint=dialogue_cards.ask_repainted, line=dialogue_cards.ask_line, must_arrive=True,
                newest_only=True, name=f"blueprint.message.{code.rpartition('.')[2]}",
            )
        )  # fmt: skip
    add_kind(
        MessageKind(
            prompting.REVEALED, dialogue_cards.revealed, repaint=dialogue_cards.revealed,
            line=dialogue_cards.revealed_line, name="blueprint.message.revealed",
        )
    )  # fmt: skip
    add_kind(
        MessageKind(
            drifting.DRIFTED, dialogue_cards.drifted, line=dialogue_cards.drifted_line, name="blueprint.message.drifted"
        )
    )
    reactions.on(LeadsChanged, answering.change_leads)
    reactions.on(InitiativeClosed, answering.close)
    register(app, dialogue_api.bp)
    app.register_blueprint(dialogue_pages.bp)
    dialogue.install()
