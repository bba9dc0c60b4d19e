"""Who may do what with people and with their own access."""

from collab.kernel.permits import row

READERS = ("auditor", "partner")
PARTIES = ("principal", "deputy", "confirmer")
"""Whose a delegation is, who acts under it, and which of the two must confirm it."""

PERMITS = [
    row("people.list", ["member", "auditor"]),
    row("people.me", ["member", "auditor", "partner"]),
    row("member.deactivate", ["admin"]),
    row("people.import", ["admin"]),
    row("people.administer", ["admin", "auditor"], unless=["partner"]),
    row("member.add", ["admin"], unless=READERS),
    row("member.edit", ["admin"], unless=READERS),
    row("department.rename", ["admin"], unless=READERS),
    row("office.rename", ["admin"], unless=READERS),
    row("office.confirm", ["admin"]),
    row("absence.own", ["member"]),
    row("absence.for", ["secretary"], unless=READERS),
    row("inbox.of", ["secretary"], unless=READERS),
    row("delegation.list", ["member"]),
    row("delegation.propose", ["principal", "secretary", "admin"], unless=READERS),
    row("delegation.show", [*PARTIES, "secretary", "admin", "auditor"], unless=["partner"]),
    row("delegation.confirm", ["confirmer"], ["proposed"], unless=READERS, why_not="not_yours_to_confirm"),
    row("delegation.end", [*PARTIES, "secretary", "admin"], ["proposed", "confirmed"], unless=READERS),
    row("secretary.name", ["principal", "admin"], unless=READERS),
    row("secretary.end", ["principal", "secretary", "admin"], unless=READERS),
    row("access.link", ["member", "auditor", "partner"]),
    row("access.unlinked", ["admin", "auditor"]),
    row("access.connect", ["admin"]),
]
