"""Who may get in, and what they may do with what opens the door."""

from collab.kernel.permits import ANYBODY, row

PERMITS = [
    row("access.enter", [ANYBODY]),
    row("access.sign_in", [ANYBODY]),
    row("home.leave", [ANYBODY]),
    row("access.own", ["member", "auditor", "partner"]),
    row("access.end_all", ["admin"]),
]
