"""Who may do what with a purchase request: rows of data (checked against tests/contracts).

Relations: `requester`, `on_behalf_of` (whom it is filed for), `seated` (in any round, or replaced on a seat),
`department_lead` (leads the request's department), `company_visible` (the request is open to every member).
`heir` leads the department of a request that was sent back when requester and whom it was filed for have both left.
Deciding is in approvals/permits.py. Admins configure; they see and decide nothing by that role.
"""

from collab.kernel.permits import row

FILERS = ("requester", "on_behalf_of")
OWNER = (*FILERS, "heir")
VIEWERS = (*FILERS, "seated", "department_lead", "office:CMO", "office:CIO", "auditor", "company_visible")
READERS = ("auditor", "partner")
"""They change nothing, also where a request was filed for them."""

PERMITS = [
    row("purchase.list", ["member", "auditor", "partner"]),
    row("purchase.draft", ["member"]),
    row("purchase.show", VIEWERS),
    row("purchase.show_amount", VIEWERS[:-1]),
    row("purchase.history", VIEWERS[:-1]),
    row("purchase.plan", VIEWERS[:-1]),
    row("purchase.edit", OWNER, ["draft", "returned"], unless=READERS, why_not="only_requester"),
    row("purchase.submit", OWNER, ["draft", "returned"], unless=READERS, why_not="only_requester"),
    row("purchase.withdraw", OWNER, ["pending", "returned"], unless=READERS, why_not="only_requester"),
    row("purchase.drop", OWNER, ["draft", "returned"], unless=READERS, why_not="only_requester"),
    row("purchase.more_time", OWNER, ["returned"], unless=READERS, why_not="only_requester"),
    row("purchase.copy", VIEWERS[:-1], unless=READERS),
    row("purchase.import", ["office:CMO", "office:CIO", "lead", "admin"], unless=READERS),
    row("purchase.import_for", ["office:CMO", "office:CIO", "admin", "department_lead"], unless=READERS),
]
