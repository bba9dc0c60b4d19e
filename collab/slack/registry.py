"""What features let people do in Slack (commands, buttons, modals and shortcuts) and what they want to hear of it: filled
in at start-up."""

from __future__ import annotations

from collab.slack.grammar import Vocabulary
from collab.slack.screens import Render
from collab.slack.talk import Handler, Listener


class Edges:
    """Handlers by name. A button's action id is its handler's name, with anything after a colon to tell it apart."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.actions: dict[str, Handler] = {}
        self.modals: dict[str, Handler] = {}
        self.shortcuts: dict[str, Handler] = {}
        self.events: dict[str, Listener] = {}
        self.screens: dict[str, Render] = {}

    def add_action(self, name: str, handler: Handler) -> None:
        """Make a button or menu known."""
        self.actions[name] = handler

    def add_modal(self, name: str, handler: Handler) -> None:
        """Make the submission of a modal known by its callback id."""
        self.modals[name] = handler

    def add_shortcut(self, name: str, handler: Handler) -> None:
        """Make an entry of Slack's own menus (of every message, of the whole app) known by its callback id; the manifest names
        it too."""
        self.shortcuts[name] = handler

    def add_event(self, kind: str, listener: Listener) -> None:
        """Hear of a kind of event, inside the transaction that notes that it was heard. A kind has one listener."""
        self.events[kind] = listener

    def add_screen(self, kind: str, render: Render) -> None:
        """Make a kind of screen known: how it looks now."""
        self.screens[kind] = render

    @property
    def handlers(self) -> list[Handler | Listener]:
        """Every handler, for the check that each carries a permit."""
        commands = [command.handler for command in self.vocabulary.commands.values()]
        known_by_name = (self.actions, self.modals, self.shortcuts, self.events)
        return [*commands, *(handler for known in known_by_name for handler in known.values())]


edges = Edges()
