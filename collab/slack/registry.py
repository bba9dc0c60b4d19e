"""What features let people do in Slack: commands, buttons and modals, filled in at start-up."""

from __future__ import annotations

from collab.slack.grammar import Vocabulary
from collab.slack.talk import Handler


class Edges:
    """Handlers by name. A button's action id is its handler's name, with anything after a colon to tell it apart."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.actions: dict[str, Handler] = {}
        self.modals: dict[str, Handler] = {}

    def add_action(self, name: str, handler: Handler) -> None:
        """Make a button or menu known."""
        self.actions[name] = handler

    def add_modal(self, name: str, handler: Handler) -> None:
        """Make the submission of a modal known by its callback id."""
        self.modals[name] = handler

    @property
    def handlers(self) -> list[Handler]:
        """Every handler, for the check that each carries a permit."""
        commands = [command.handler for command in self.vocabulary.commands.values()]
        return [*commands, *self.actions.values(), *self.modals.values()]


edges = Edges()
