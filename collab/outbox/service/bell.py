"""Waking a worker once what it should do is committed."""

from __future__ import annotations

from flask import current_app

from collab.kernel.atomic import current


def wake() -> None:
    """Ring for the outbox after the open transaction; best effort, a sweep finds what no bell announced."""
    current().after_commit("bell", lambda: current_app.extensions["wake"]("outbox"))
