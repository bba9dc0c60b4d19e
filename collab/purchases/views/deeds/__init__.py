"""Pressing a button on the page of a request, one module per concern; importing them attaches their routes."""

from collab.purchases.views.deeds import after, conditions, deciding, own, reading, sharing
from collab.purchases.views.deeds.base import bp

__all__ = ["after", "bp", "conditions", "deciding", "own", "reading", "sharing"]
