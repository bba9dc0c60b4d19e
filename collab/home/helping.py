"""What `/collab help` shows first: what people do, in the order of how often, each with an example to type over."""

from __future__ import annotations

from collab.slack.registry import edges

EXAMPLES = (
    ("inbox.me", "me"),
    ("approval.approve", "approve"),
    ("approval.return", "return"),
    ("purchase.new", "file"),
    ("task.new", "ask"),
    ("task.accept", "accept"),
    ("goal.checkin.command", "check_in"),
    ("incident.alert", "alert"),
    ("people.away", "away"),
    ("digest.choose", "digest"),
    ("purchase.show", "show"),
    ("purchase.list", "purchases"),
    ("goal.lists", "goals"),
    ("initiative.list", "initiatives"),
    ("task.lists", "tasks"),
    ("people.lang", "lang"),
)
"""Command and example; whoever may not use the first ones reads on."""
GUIDE = "/help"


def install() -> None:
    """Make the examples known, and the guide."""
    edges.vocabulary.guide = GUIDE
    edges.vocabulary.examples = tuple((code, f"home.help.{example}") for code, example in EXAMPLES)
