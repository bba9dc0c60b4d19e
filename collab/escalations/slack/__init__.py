"""Escalations in Slack: the cards superiors get, and what they do with them."""

from collab.escalations.slack.acting import install

__all__ = ["install"]
