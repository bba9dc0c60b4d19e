"""Who may do what with a round: rows of data (checked against tests/contracts).

Relations: `seat` holds a seat that is waiting, `decided` decided on one in this round, `final_decider` took the last
decision; `barred` is the requester or whom it was filed for: they never decide.
"""

from collab.kernel.permits import row

PENDING = ("pending",)

PERMITS = [
    row("approval.decide", ["member"]),
    row("approval.approve", ["seat"], PENDING, unless=["barred", "auditor", "partner"], why_not="not_your_seat"),
    row("approval.return", ["seat"], PENDING, unless=["barred", "auditor", "partner"], why_not="not_your_seat"),
    row("approval.reject", ["seat"], PENDING, unless=["barred", "auditor", "partner"], why_not="not_your_seat"),
    row("approval.ask_later", ["seat"], PENDING, unless=["barred", "auditor", "partner"], why_not="not_your_seat"),
    row("approval.more_time", ["seat"], PENDING, unless=["barred", "auditor", "partner"], why_not="not_your_seat"),
    row("approval.undo", ["decided"], PENDING, unless=["auditor", "partner"], why_not="nothing_to_undo"),
    row(
        "approval.revoke", ["final_decider"], ["approved"], unless=["auditor", "partner"], why_not="only_final_decider"
    ),
    row("routes.show", ["member", "auditor"]),
    row("routes.take", ["admin"]),
]
