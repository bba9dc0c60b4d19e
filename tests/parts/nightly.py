"""What happens by itself, run once at the present moment: for tests that stand outside the product."""

from __future__ import annotations

from flask import Flask

from collab.initiatives import service as initiatives
from collab.kernel import clock
from tests.parts.applications import inside


def pilots_end(app: Flask) -> None:
    """As the beat has it looked at."""
    with inside(app):
        initiatives.sweep(now=clock.now())
