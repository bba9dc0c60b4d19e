"""Who may do what with a wait that has climbed: rows of data (checked against tests/contracts).

Relations: `late` must act, `other` waits for it, `told` had it put before them, `owner` has it after all loops;
`late_lead` and `other_lead` lead the departments of the two sides.
"""

from collab.kernel.permits import row

_PARTIES = ("late", "other", "told", "owner", "late_lead", "other_lead")
_BARS = ("auditor", "partner")

PERMITS = [
    row("escalation.acknowledge", ["late", "told", "owner"], ["climbing", "exhausted"], unless=_BARS, why_not="not_put_before_you"),
    row("escalation.escalate", _PARTIES, ["waiting", "climbing", "acknowledged"], unless=_BARS, why_not="not_a_party"),
    row("escalation.take", ["admin"]),
    row("escalation.show", ["member", "auditor"]),
    row("escalation.answers", ["member", "auditor"]),
]  # fmt: skip
