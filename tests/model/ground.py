"""What every verb of the model stands on: the people, the requests, how a verb is refused, and who is asked.

A request:   by, for, state, content {what decisions rest on, the rest}, version, rounds [...], lead, voices, shared [...],
             conditions [...], questions [...], amends
A round:     state, steps [...], seats [...], past [seats as they were when they were asked anew], barred {...}, sent, resume,
             papers {(who, why): what they have to read}
A step:      name, kind, rule, keys, block, branch, join, lift, added, confirm
A seat:      step, place, who, owner (whose it is, if another sits on it), office, veto, state, turn, by, at, opinion, lifted, carried, held
A condition: number, owner, before_order, state, round, yes (when the yes it was set with was said), by, office
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.model.standing import Dict, is_last

NOT_ALLOWED, NOT_NOW, INVALID = "not allowed", "not now", "invalid"
OPEN = ("waiting", "planned")
VERBS_OF = {
    "approve": ("approve", "return", "reject"), "review": ("approve", "return", "reject"), "consult": ("consult",),
    "advocate": ("advocate",), "circulate": (),
}  # fmt: skip
OPINIONS = {"consult": ("agree", "opinion", "disagree"), "advocate": ("better", "unchanged", "worse")}


class Refused(Exception):
    """A verb that may not be; `kind` says in which way."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


def unless(fine: Any, kind: str, why: str) -> None:
    """Refuse unless something holds."""
    if not fine:
        raise Refused(kind, why)


class Ground:
    """Everybody and every request."""

    def __init__(self) -> None:
        self.people: dict[str, Dict] = {}
        self.requests: dict[str, Dict] = {}
        self.time = 0

    def hire(self, who: str, *, manager: str | None, reads_only: str | None = None, office: str | None = None,
             leads: str | None = None, departments: tuple[str, ...] = ()) -> None:  # fmt: skip
        """Somebody works here."""
        self.people[who] = {
            "manager": manager, "reads_only": reads_only, "office": office, "away": False, "deputy": None, "named": 0, "gone": False,
            "leads": leads, "departments": departments, "delegates": [],
        }  # fmt: skip

    def do(self, verb: str, who: str, key: str, /, **said: Any) -> None:
        """One verb by one person; refused, nothing has changed."""
        self.time += 1
        kept = deepcopy(self.requests[key])
        try:
            getattr(self, verb)(who, self.requests[key], **said)
        except Refused:
            self.requests[key] = kept
            raise
        self._follow(self.requests[key])

    def _follow(self, request: Dict) -> None:
        """What comes of a verb by itself."""

    def _owns(self, who: str, request: Dict, *states: str) -> None:
        """Whose request it is; the lead of its department, once those have left and it was sent back or decided."""
        theirs = [name for name in (request["by"], request["for"]) if name]
        left = all(self.people[name]["gone"] for name in theirs)
        heir = who == request["lead"] and left and request["state"] in ("returned", "approved", "purchased")
        unless(who in theirs or heir, NOT_ALLOWED, "somebody else's request")
        unless(not self.people[who]["reads_only"], NOT_ALLOWED, "changes nothing")
        unless(request["state"] in states, NOT_NOW, "not in this state")

    def _round(self, who: str, request: Dict) -> Dict:
        unless(
            request["rounds"] or who in (request["by"], request["for"], *request["shared"]),
            NOT_ALLOWED,
            "a draft is its owners' alone",
        )
        unless(request["rounds"], NOT_NOW, "never submitted")
        found: Dict = request["rounds"][-1]
        return found

    def _asked(self, round_: Dict, who: str, verb: str = "") -> Any:
        """The seat somebody is asked on; of several side by side the first that is asked for such a verb."""
        mine = [seat for seat in round_["seats"] if seat["state"] == "waiting" and seat["who"] == who]
        fitting = [seat for seat in mine if verb in VERBS_OF[round_["steps"][seat["step"]]["kind"]]]
        return next(iter([*fitting, *mine]), None)

    def _may(self, who: str, round_: Dict, seat: Any) -> None:
        unless(seat, NOT_ALLOWED, "no seat")
        unless(who not in round_["barred"] and not self.people[who]["reads_only"], NOT_ALLOWED, "barred")
        unless(round_["state"] == "pending", NOT_NOW, "it has ended")

    def _own(self, who: str, request: Dict) -> Dict:
        round_ = self._round(who, request)
        seat = self._asked(round_, who)
        self._may(who, round_, seat)
        assert seat is not None
        return seat

    def _saw(self, request: Dict, seen: int | None) -> None:
        unless(seen in (None, request["version"]), NOT_NOW, "it changed since")

    def _overrules(self, round_: Dict, seat: Dict, comment: str | None) -> None:
        worse = any(found["opinion"] == "worse" for found in round_["seats"])
        unless(
            comment or not worse or not is_last(round_, seat["step"]),
            INVALID,
            "why, though it is worse for the customer?",
        )

    def _plain_step(self, round_: Dict, seat: Dict) -> bool:
        step = round_["steps"][seat["step"]]
        return step["kind"] == "approve" and not step["keys"]

    def _running(self) -> list[Dict]:
        return [request["rounds"][-1] for request in self.requests.values() if request["state"] == "pending"]
