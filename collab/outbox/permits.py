"""Who may look at what is said to others: in the sample company everybody (`demo`), elsewhere an admin."""

from collab.kernel.permits import row

PERMITS = [
    row("outbox.preview", ["demo", "admin"]),
]
