"""Who may choose how they are reminded, and who sees how often people are asked to act."""

from collab.kernel.permits import row

PERMITS = [
    row("nudge.own", ["member", "auditor", "partner"]),
    row("nudge.report", ["admin", "auditor"]),
]
