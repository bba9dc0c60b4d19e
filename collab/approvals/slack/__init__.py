"""The engine in Slack: the card and its buttons, the words that decide. It knows subjects by their faces only."""

from collab.approvals.slack.cards import card_for, for_viewer, told
from collab.approvals.slack.deciding import install
from collab.approvals.slack.last_chance import kindly

__all__ = ["card_for", "for_viewer", "install", "kindly", "told"]
