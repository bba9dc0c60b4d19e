"""Who may do what with a brand incident: rows of data (checked against tests/contracts/permits/incidents.md).

Relations: `cx_owner`, `owner_lead` (leads the owning department) and `comms` are those who were paged, or whoever was paged
in their place; `raiser` raised the alert. Anybody may raise one, guests too: they see their own and write to its timeline.
"""

from collab.kernel.permits import row

HANDS = ("cx_owner", "owner_lead", "comms", "office:CEO")
OPEN = ("raised", "taken", "answered")
NEVER = ("auditor", "partner")

PERMITS = [
    row("incident.raise", ["member", "partner"], unless=["auditor"]),
    row("incident.list", ["member", "auditor", "partner"]),
    row("incident.show", ["member", "auditor", "raiser"]),
    row("incident.history", ["member", "auditor", "raiser"]),
    row("incident.note", [*HANDS, "raiser"], [*OPEN, "closed"], unless=["auditor"], why_not="only_hands"),
    row("incident.take", HANDS, ["raised"], unless=NEVER, why_not="only_hands"),
    row("incident.answer", HANDS, OPEN, unless=NEVER, why_not="only_hands"),
    row("incident.close", HANDS, ["taken", "answered"], unless=NEVER, why_not="only_hands"),
    row("incident.review", HANDS, ["closed"], unless=NEVER, why_not="only_hands"),
    row("incident.false_alarm", HANDS, OPEN, unless=NEVER, why_not="only_hands"),
]
