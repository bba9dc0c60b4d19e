"""What the company's file of initiatives says."""

from __future__ import annotations

from flask import current_app

from collab.initiatives.rules.policy import Policy

NAME = "initiatives.policy"


def policy() -> Policy:
    """`config/initiatives.toml` of this installation."""
    found: Policy = current_app.extensions[NAME]
    return found
