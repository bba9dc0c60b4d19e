"""Who may take lists out as files. Each list asks its own verb besides; a guest reads pages and takes nothing out."""

from collab.kernel.permits import row

PERMITS = [
    row("export.take", ["member", "auditor"], unless=["partner"]),
    row("export.people", ["admin", "auditor"], unless=["partner"]),
]
"""`export.people` is asked by the lists that name everybody: members, guests, who has access."""
