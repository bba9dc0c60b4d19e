"""The requester's own verbs: from the first draft to the round that is opened, and what of an earlier round stands in it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.model.away import Away
from tests.model.ground import NOT_NOW, OPEN, unless
from tests.model.standing import Dict, close, decider, decisions, fresh, seats_of, settle, upstream


class Filing(Away):
    """Drafts and submissions."""

    def write(self, who: str, key: str, *, whom: str | None, lead: str, content: Dict) -> None:
        """draft: nobody is asked yet."""
        self.requests[key] = {"by": who, "for": whom, "state": "draft", "content": content, "version": 1,
                              "lead": lead, "voices": None, "rounds": [], "shared": [], "conditions": [],
                              "questions": [], "amends": None}  # fmt: skip

    def edit(self, who: str, request: Dict, **content: Any) -> None:
        """Change what is asked for; nothing changes by writing the same again."""
        self._owns(who, request, "draft", "returned")
        if {**request["content"], **content} != request["content"]:
            request["content"] = {**request["content"], **content}
            request["version"] += 1

    def submit(
        self, who: str, request: Dict, *, steps: list[Dict], seats: list[Dict], proxy_decide: bool = True
    ) -> None:
        """Start a round over the route it was given, with the decisions that still stand. Nobody sits on their own request,
        nobody twice in a step, nobody who is not there."""
        self._owns(who, request, "draft", "returned")
        barred = {request["by"], request["for"], who} - {None}
        request["version"] += 1
        round_ = {
            "state": "pending", "steps": steps, "past": [], "barred": barred, "sent": dict(request["content"]), "resume": None,
            "opened": self.time, "proxy_decide": proxy_decide, "papers": {},
            "seats": [fresh(seat) for seat in seats],
        }  # fmt: skip
        places = [(seat["step"], seat["who"]) for seat in seats]
        assert len(set(places)) == len(places), "twice in one step"
        assert not barred & {seat["who"] for seat in seats}, "a judge of their own request"
        asked = [
            self.people[seat["who"]]
            for seat in seats
            if steps[seat["step"]]["kind"] != "circulate" and not steps[seat["step"]]["keys"]
        ]
        assert not any(person["gone"] or person["away"] for person in asked), "nobody there to answer"
        if request["state"] == "returned":
            self._carry(request["rounds"][-1], round_)
        request["rounds"].append(round_)
        self._conditions_again(request)
        request["state"] = "pending"
        assert settle(round_) is None, "a round nobody is asked in"

    def withdraw(self, who: str, request: Dict) -> None:
        """take back: until somebody has decided; back to draft."""
        self._owns(who, request, "pending", "returned")
        if request["state"] == "pending":
            round_ = request["rounds"][-1]
            unless(not [seat for seat in decisions(round_) if not seat["carried"]], NOT_NOW, "somebody decided")
            close(round_)
            round_["state"] = "withdrawn"
        request["state"] = "draft"

    def drop(self, who: str, request: Dict) -> None:
        """give up: for good."""
        self._owns(who, request, "draft", "returned")
        request["state"] = "dropped"

    def _carry(self, last: Dict, new: Dict) -> None:
        """An immaterial change and `here`: what was said before or beside whoever sent it back stands, for the same people in
        the same steps; keys together or not at all; nothing stands if the returner would not be asked again."""
        if last["resume"] == "again" or last["sent"]["material"] != new["sent"]["material"]:
            return
        twins = self._twins(last, new)
        sender = next(seat["step"] for seat in last["seats"] if seat["state"] == "returned")
        if sender not in twins:
            return
        kept = deepcopy(new)
        for seat in kept["seats"]:
            old = next(
                (o for o in last["seats"] if twins.get(o["step"]) == seat["step"] and o["who"] == seat["who"]), None
            )
            stands = old and old["state"] in ("approved", "answered") and self._may_still(old, new)
            if stands and upstream(last, old["step"], sender) and upstream(new, seat["step"], twins[sender]):
                seat.update({name: old[name] for name in ("state", "by", "at", "opinion")}, carried=True)
        for number, step in enumerate(kept["steps"]):
            seats = seats_of(kept, number)
            if step["keys"] and not all(seat["carried"] for seat in seats):
                for seat in seats:
                    seat.update(state="planned", by=None, at=None, opinion=None, carried=False)
        asked = settle(kept) is None and all(seat["state"] in OPEN for seat in seats_of(kept, twins[sender]))
        new["seats"] = kept["seats"] if asked else new["seats"]

    def _may_still(self, seat: Dict, new: Dict) -> bool:
        those = {seat["who"], decider(seat)}
        return not any(self.people[who]["gone"] for who in those) and not those & new["barred"]

    def _twins(self, last: Dict, new: Dict) -> dict[int, int]:
        """Which step of the new round is which of the last: the same name, kind and keys, the same one of that name."""

        def named(round_: Dict) -> dict[tuple[Any, ...], int]:
            found: dict[tuple[Any, ...], int] = {}
            for number, step in enumerate(round_["steps"]):
                if not step["added"]:
                    name = (step["name"], step["kind"], step["keys"])
                    nth = sum(other[:3] == name for other in found)
                    found[*name, nth] = number
            return found

        there = named(new)
        return {number: there[name] for name, number in named(last).items() if name in there}
