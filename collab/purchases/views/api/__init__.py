"""The API of purchase requests, one module per concern; importing them attaches their routes."""

from collab.purchases.views.api import after, conditions, deciding, printing, reading, requests, sharing
from collab.purchases.views.api.base import bp

__all__ = ["after", "bp", "conditions", "deciding", "printing", "reading", "requests", "sharing"]
