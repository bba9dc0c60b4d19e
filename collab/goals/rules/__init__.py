"""Pure rules of a goal: what its progress is, what it should be by now, how progress rolls up, what a goal may do next."""

STATES = ("candidate", "draft", "accepted", "active", "paused", "closed")
"""Planned ahead; being written; agreed by all who answer for it; running; standing still; over."""

RESULTS = ("achieved", "missed", "dropped")
"""How a closed goal ended."""

KINDS = ("vision", "promise", "goal")
"""The root of the tree; what the brand promises its customers; everything that serves them."""

LIVE = ("accepted", "active")
"""States in which work may be tied to a goal."""

RUNNING = ("active", "paused")
"""States in which a goal's progress counts as it stands."""

STATUSES = ("on_track", "at_risk", "off_track")
"""From the best to the worst."""
