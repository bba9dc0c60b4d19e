"""Who may do what with people and with their own access."""

from collab.kernel.permits import ANYBODY, row

PERMITS = [
    row("people.list", ["member", "auditor"]),
    row("people.me", ["member", "auditor", "partner"]),
    row("member.deactivate", ["admin"]),
    row("people.import", ["admin"]),
    row("office.confirm", ["admin"]),
    row("absence.own", ["member"]),
    row("access.enter", [ANYBODY]),
    row("access.own", ["member", "auditor", "partner"]),
    row("access.link", ["member", "auditor", "partner"]),
    row("access.unlinked", ["admin", "auditor"]),
    row("access.connect", ["admin"]),
]
