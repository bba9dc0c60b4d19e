"""Pure rules of a goal."""

LIVE = ("accepted", "active")
"""States in which work may be tied to a goal."""
