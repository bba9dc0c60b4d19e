"""Who may read the trail of audit. An auditor reads everything; to an admin what was narrowed to others is not there."""

from collab.kernel.permits import row

PERMITS = [
    row("audit.read", ["auditor", "admin"], unless=["partner"]),
    row("audit.list", ["auditor"], unless=["partner"]),
    row("audit.verify", ["auditor", "admin"], unless=["partner"]),
]
"""`audit.list` is the API's: a program reads what its auditor reads."""
