"""Who may look at what is said to others, and at how it gets there; only an administrator acts.

`outbox.preview` is everybody's in the sample company (`demo`), elsewhere an administrator's.
"""

from collab.kernel.permits import row

PERMITS = [
    row("outbox.preview", ["demo", "admin"]),
    row("outbox.watch", ["admin", "auditor"]),
    row("outbox.operate", ["admin"]),
]
