"""The verbs of a request as one table: from which state where to, who may, what must be said, whom it is told.

Sources: the glossary's verb table. Relations: `requester`, `on_behalf_of`, `heir` (purchases/permits.py); `seat` holds a seat
that waits, `proxy` may decide on one for its holder under a delegation, `later` holds a seat of a later step, `decided`
decided in this round, `final_decider` took the decision, `voice` is asked whether it may be revoked, `revocation_asker` asked
for that, `after_reviewer` has the sampled check, `reader` has it to read, `asked` was asked a question, `owner` must meet a
condition, `setter` set one, `business_owner` answers for what is bought. docs/approvals.md shows the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DRAFT, PENDING, RETURNED, APPROVED, REJECTED, DROPPED, REVOKED, PURCHASED = (
    "draft", "pending", "returned", "approved", "rejected", "dropped", "revoked", "purchased",
)  # fmt: skip
STATES = (DRAFT, PENDING, RETURNED, APPROVED, REJECTED, DROPPED, REVOKED, PURCHASED)
FILED = STATES[1:]
"""Every state a request can be in once it was submitted (a withdrawn one is a draft again)."""

FILERS = ("requester", "on_behalf_of")
OWNER = (*FILERS, "heir")
SAME = "same"
"""The state stays what it is."""


@dataclass(frozen=True)
class Verb:
    """One verb of a request. `of` is the permit's prefix: the requester's own verbs or the engine's; `to` maps each state it is
    possible in to where it leads; `must` are fields that must be said; `tells` names who hears besides those asked next,
    never whoever acted."""

    code: str
    of: str
    to: Mapping[str, str]
    who: tuple[str, ...]
    must: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    why_not: str = "not_allowed"

    @property
    def permit(self) -> str:
        """The verb's permit row."""
        return f"{self.of}.{self.code}"


def _from(*states: str, to: str = SAME) -> dict[str, str]:
    return dict.fromkeys(states, to)


_SEAT = ("seat", "proxy")
_MINE, _TURN = "only_requester", "not_your_seat"
TABLE: tuple[Verb, ...] = (
    Verb("edit", "purchase", _from(DRAFT, RETURNED), OWNER, why_not=_MINE),
    Verb("share", "purchase", _from(DRAFT, RETURNED), FILERS, ("members",), ("shared",), _MINE),
    Verb("submit", "purchase", _from(DRAFT, RETURNED, to=PENDING), OWNER, why_not=_MINE),
    Verb("withdraw", "purchase", _from(PENDING, RETURNED, to=DRAFT), OWNER, why_not=_MINE),
    Verb("drop", "purchase", _from(DRAFT, RETURNED, to=DROPPED), OWNER, why_not=_MINE),
    Verb("amend", "purchase", _from(APPROVED, PURCHASED), OWNER, why_not=_MINE),
    Verb("purchase", "purchase", _from(APPROVED, to=PURCHASED), (*OWNER, "business_owner"), ("on",), ("deciders",), _MINE),
    Verb("approve", "approval", _from(PENDING), _SEAT, (), ("filers", "replaced"), _TURN),
    Verb("return", "approval", _from(PENDING, to=RETURNED), _SEAT, ("comment",), ("filers", "replaced"), _TURN),
    Verb("reject", "approval", _from(PENDING, to=REJECTED), _SEAT, ("comment",), ("filers", "replaced"), _TURN),
    Verb("consult", "approval", _from(PENDING), _SEAT, ("opinion",), ("filers", "replaced"), _TURN),
    Verb("advocate", "approval", _from(PENDING), _SEAT, ("opinion", "stage"), ("filers", "replaced"), _TURN),
    Verb("ask", "approval", _from(PENDING), ("seat",), ("member", "question"), ("asked",), _TURN),
    Verb("answer", "approval", _from(PENDING), ("asked",), ("answer",), ("asker",), "not_asked"),
    Verb("hold", "approval", _from(PENDING), ("seat",), ("reason", "until_on"), ("filers",), _TURN),
    Verb("release", "approval", _from(PENDING), ("seat",), (), ("filers",), _TURN),
    Verb("lift", "approval", _from(PENDING), ("later",), (), ("filers", "replaced"), "not_above"),
    Verb("add_step", "approval", _from(PENDING), ("seat",), ("members", "reason"), ("filers",), _TURN),
    Verb("ask_later", "approval", _from(PENDING), ("seat",), why_not=_TURN),
    Verb("more_time", "approval", _from(PENDING), ("seat",), why_not=_TURN),
    Verb("undo", "approval", _from(PENDING), ("decided",), (), ("filers",), "nothing_to_undo"),
    Verb("revoke", "approval", _from(APPROVED, to=REVOKED), ("final_decider",), ("reason",), ("filers",), "only_final_decider"),
    Verb("ask_to_revoke", "approval", _from(APPROVED), (*FILERS, "seated", "department_lead", "after_reviewer"), ("reason",), ("filers",)),
    Verb("answer_revocation", "approval", _from(APPROVED, to=REVOKED), ("voice",), ("answer",), ("filers", "deciders"), "not_asked"),
    Verb("withdraw_revocation", "approval", _from(APPROVED), ("revocation_asker",), (), ("filers", "deciders"), "not_asked"),
    Verb("circulate", "approval", _from(*FILED), (*FILERS, "seated"), ("members",), ("readers",)),
    Verb("read", "approval", _from(*STATES), ("reader",), why_not="nothing_to_read"),
    Verb("meet", "approval", _from(APPROVED, PURCHASED), ("owner",), (), ("setter", "filers"), "not_your_condition"),
    Verb("ask_to_waive", "approval", _from(APPROVED, PURCHASED), ("owner",), ("reason",), ("setter",), "not_your_condition"),
    Verb("waive", "approval", _from(APPROVED, PURCHASED), ("setter",), ("reason",), ("filers", "owner"), "not_your_condition"),
)  # fmt: skip
VERBS = {verb.code: verb for verb in TABLE}

ON_SEATS = ("approve", "return", "reject", "consult", "advocate")
"""What is said on a seat; at the last step `approve` is the decision, at a review it is the review."""
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "approve": ("approve", "return", "reject"),
    "review": ("approve", "return", "reject"),
    "consult": ("consult",),
    "advocate": ("advocate",),
    "circulate": (),
}
"""What can be said at a step of each kind: an opinion does not send back or kill."""
OPINIONS: Mapping[str, tuple[str, ...]] = {
    "consult": ("agree", "opinion", "disagree"),
    "advocate": ("better", "unchanged", "worse"),
}
DISAGREE = "disagree"
"""A department does not agree (不同意): it ends nothing, and no deputy takes the decision then."""
WORDED = ("opinion", "disagree", "worse")
"""Opinions that are worth nothing without words."""
