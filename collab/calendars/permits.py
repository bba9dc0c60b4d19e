"""Who may ask business calendars."""

from collab.kernel.permits import row

PERMITS = [
    row("calendar.ask", ["member", "auditor", "partner"]),
    row("calendar.administer", ["admin", "auditor"], unless=["partner"]),
]
