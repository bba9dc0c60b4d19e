"""The life of a wait."""

WAITING, CLIMBING, ACKNOWLEDGED, EXHAUSTED, ENDED = "waiting", "climbing", "acknowledged", "exhausted", "ended"
STATES = (WAITING, CLIMBING, ACKNOWLEDGED, EXHAUSTED, ENDED)
"""Not due yet; somebody was told; somebody took it upon themselves until a moment; nobody did in all loops, so it has a named
owner; over."""
