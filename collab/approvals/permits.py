"""Who may do what with a round: rows made of the table of verbs (checked against tests/contracts).

Relations are those of `rules/verbs.py`; `barred` is the requester or whom it was filed for: they never decide.
"""

from collab.approvals.rules.verbs import STATES, TABLE, VERBS, Verb
from collab.kernel.permits import Permit, row

PENDING = ("pending",)
DECIDERS = (
    "approve",
    "return",
    "reject",
    "consult",
    "advocate",
    "lift",
    "ask_later",
    "more_time",
    "hold",
    "release",
    "ask",
    "add_step",
    "answer_revocation",
    "waive",
)
READERS = ("auditor", "partner")
SECOND = ("admin", "office:CEO", "office:CFO")
"""Who may take proposed routes: the second person a change of routes needs."""
OPEN_TO_GUESTS = ("read", "answer")
"""What a guest may do about something that was shared with them: confirm that they read it, answer what they are asked."""


def row_of(verb: Verb) -> Permit:
    """The permit row of a verb: an auditor or a guest changes nothing, who is barred decides nothing."""
    unless = ("barred", *READERS) if verb.code in DECIDERS else ("auditor",) if verb.code in OPEN_TO_GUESTS else READERS
    states = None if tuple(verb.to) == STATES else tuple(verb.to)
    return row(verb.permit, verb.who, states, unless=unless, why_not=verb.why_not)


PERMITS = [
    row("approval.decide", ["member"]),
    *(row_of(verb) for verb in TABLE if verb.of == "approval"),
    row("routes.show", ["member", "auditor"]),
    row("routes.simulate", ["member", "auditor"]),
    row("routes.proposals", [*SECOND, "auditor", "proposer"], unless=("partner",)),
    row("routes.propose", ["admin"], unless=READERS),
    row("routes.take", SECOND, ("open",), unless=("proposer", *READERS)),
    row("routes.decline", SECOND, ("open",), unless=("proposer", *READERS)),
    row("routes.withdraw", ["proposer"], ("open",), unless=READERS, why_not="only_proposer"),
]
PURCHASE_VERBS = [row_of(VERBS[code]) for code in ("edit", "share", "submit", "withdraw", "drop", "amend", "purchase")]
"""The requester's own verbs, for the feature that owns the request."""
