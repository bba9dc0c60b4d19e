"""Who may do what with a purchase request: rows of data (checked against tests/contracts).

Relations: `requester`, `on_behalf_of` (whom it is filed for), `seated` (in any round, or replaced on a seat),
`department_lead` (leads the request's department), `company_visible` (the request is open to every member).
`heir` leads the department of a request that was sent back or decided when requester and whom it was filed for have both left.
`shared`: the draft was shown to them. `reader`, `asked`, `owner`, `voice` have it to read, were asked a question, must meet a
condition, are asked whether it may be revoked. `proxy`: a decision in it is delegated to them. `business_owner` answers for what was bought, once it is decided. The requester's verbs are rows of approvals/rules/verbs.py, like those of deciding. Admins configure; they see and decide nothing by that role.
"""

from collab.approvals.permits import PURCHASE_VERBS
from collab.approvals.rules.verbs import FILERS, OWNER
from collab.kernel.permits import row

VIEWERS = (
    *FILERS, "seated", "shared", "reader", "asked", "owner", "voice", "proxy", "business_owner", "department_lead", "office:CMO", "office:CIO",
    "auditor", "company_visible",
)  # fmt: skip
READERS = ("auditor", "partner")
"""They change nothing, also where a request was filed for them."""

PERMITS = [
    row("purchase.list", ["member", "auditor", "partner"]),
    row("purchase.draft", ["member"]),
    row("purchase.show", VIEWERS),
    row("purchase.show_amount", VIEWERS[:-1]),
    row("purchase.history", VIEWERS[:-1]),
    row("purchase.plan", VIEWERS[:-1]),
    row("purchase.readings", VIEWERS[:-1]),
    row("purchase.print", VIEWERS, unless=["partner"]),
    *PURCHASE_VERBS,
    row("purchase.more_time", OWNER, ["returned"], unless=READERS, why_not="only_requester"),
    row("purchase.copy", VIEWERS[:-1], unless=READERS),
    row("purchase.import", ["office:CMO", "office:CIO", "lead", "admin"], unless=READERS),
    row("purchase.import_for", ["office:CMO", "office:CIO", "admin", "department_lead"], unless=READERS),
]
