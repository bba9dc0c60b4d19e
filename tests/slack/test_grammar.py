"""What holds of every command: it explains itself with a line that works, and somebody may use it. Its lines are in
test_grammar_table.py."""

from __future__ import annotations

import pytest

from collab.app import create_app  # noqa: F401 - fills in the vocabulary's modules
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.slack.grammar import KEY, Found, parse
from collab.slack.registry import edges

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_command_explains_itself_with_a_line_that_works(locale: str) -> None:
    reader = Reader(locale)
    for command in (one for one in edges.vocabulary.commands.values() if one.listed or one.takes == KEY):
        assert reader.say(f"{command.code}.does")
        typed = reader.say(f"{command.code}.typed").replace("[", "").replace("]", "").replace("ja | en", "ja")
        found = parse(typed, edges.vocabulary)
        assert isinstance(found, Found), typed
        assert found.command.code == command.code


def test_every_handler_carries_a_permit() -> None:
    for handler in edges.handlers:
        assert handler.permit in permits  # type: ignore[attr-defined]
