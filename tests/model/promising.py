"""What follows a decision: conditions that are met or waived, ordering, and an amendment that takes its place."""

from __future__ import annotations

from typing import Any

from tests.model.ground import INVALID, NOT_ALLOWED, NOT_NOW, unless
from tests.model.revoking import Revoking
from tests.model.standing import Dict, decider, left_over


class Promising(Revoking):
    """Promises, orders and amendments."""

    def meet(self, who: str, request: Dict, *, number: int) -> None:
        """Whoever promised it says that it is done."""
        condition = self._condition(who, request, number, self._promised)
        condition["state"] = "met"

    def waive(self, who: str, request: Dict, *, number: int, reason: str | None) -> None:
        """Whoever set it does without it, and says why."""
        condition = self._condition(who, request, number, self._setters)
        unless(reason, INVALID, "without a reason")
        condition["state"] = "waived"

    def purchase(self, who: str, request: Dict, *, days: int = 0) -> None:
        """Ordered: nothing unmet, nobody asking to revoke it, nothing in its place; not in the future, not before the decision."""
        self._owns(who, request, "approved")
        unmet = [found for found in request["conditions"] if found["before_order"] and found["state"] == "open"]
        unless(not unmet, NOT_NOW, "a condition is not met")
        unless(request["voices"] is None, NOT_NOW, "somebody asks to revoke it")
        unless(not self._amendments(request, "approved", "purchased"), NOT_NOW, "another has taken its place")
        unless(days == 0, INVALID, "not on that day")
        request["state"] = "purchased"

    def amend(self, who: str, request: Dict, *, new: str | None = None) -> None:
        """A new draft with the same content; one at a time, and none once one has taken its place."""
        self._owns(who, request, "approved", "purchased")
        open_ones = self._amendments(request, "draft", "pending", "returned")
        unless(not open_ones, NOT_NOW, "one is open")
        unless(not self._amendments(request, "approved", "purchased"), NOT_NOW, "another has taken its place")
        assert new is not None, "refused by the product alone"
        by = who if self.people[request["by"]]["gone"] else request["by"]
        whom = request["for"] if request["for"] and not self.people[request["for"]]["gone"] else None
        self.write(by, new, whom=whom if whom != by else None, lead=request["lead"], content=dict(request["content"]))
        self.requests[new]["amends"] = next(key for key, found in self.requests.items() if found is request)

    def _amendments(self, request: Dict, *states: str) -> list[Dict]:
        key = next(key for key, found in self.requests.items() if found is request)
        return [found for found in self.requests.values() if found["amends"] == key and found["state"] in states]

    # Conditions

    def _condition(self, who: str, request: Dict, number: int, allowed: Any) -> Dict:
        self._round(who, request)
        unless(number < len(request["conditions"]), NOT_ALLOWED, "no such condition")
        found: Dict = request["conditions"][number]
        unless(who in allowed(found) and not self.people[who]["reads_only"], NOT_ALLOWED, "somebody else's")
        unless(request["rounds"][-1]["state"] == "approved", NOT_NOW, "not decided")
        unless(found["state"] == "open", NOT_NOW, "no longer asked for")
        return found

    @staticmethod
    def _promised(condition: Dict) -> set[str]:
        return {condition["owner"]}

    def _setters(self, condition: Dict) -> set[str]:
        """Who may waive it: who set it, and who holds its office today; failing both the CEO, then any office."""
        here = {person["office"]: who for who, person in self.people.items() if person["office"] and not person["gone"]}
        alive = set() if self.people[condition["by"]]["gone"] else {condition["by"]}
        office = {here[condition["office"]]} if condition["office"] in here else set()
        for those in (alive | office, {here.get("CEO")}, set(here.values())):
            if those - condition["barred"] - {None}:
                return {who for who in those if who and who not in condition["barred"]}
        return set()

    def _check_conditions(self, conditions: list[Dict]) -> None:
        for one in conditions:
            person = self.people[one["owner"]]
            unless(not person["gone"] and not person["reads_only"], INVALID, "nobody who could meet it")
            unless(0 <= one["days"] <= 731, INVALID, "not on that day")

    def _set_conditions(self, request: Dict, seat: Dict, conditions: list[Dict]) -> None:
        for one in conditions:
            request["conditions"].append({
                "owner": one["owner"], "before_order": one["before_order"], "state": "open", "round": len(request["rounds"]),
                "yes": seat["at"], "by": decider(seat), "office": seat["office"], "barred": request["rounds"][-1]["barred"],
                "ended": None,
            })  # fmt: skip

    def _follow(self, request: Dict) -> None:
        """A condition lives as long as the yes it was set with."""
        super()._follow(request)
        if not request["rounds"]:
            return
        round_ = request["rounds"][-1]
        over = round_["state"] not in ("pending", "approved")
        stands = set() if over else {seat["at"] for seat in round_["seats"] if seat["state"] == "approved"}
        for condition in request["conditions"]:
            gone = condition["round"] < len(request["rounds"]) or condition["yes"] not in stands
            if condition["state"] == "open" and gone:
                condition.update(state="void", ended="with its round" if over else "with its yes")

    def _conditions_again(self, request: Dict) -> None:
        """The decisions that stand in a new round are asked for what they asked for in the last."""
        kept = {seat["at"] for seat in request["rounds"][-1]["seats"] if seat["carried"]}
        last = len(request["rounds"]) - 1
        for old in list(request["conditions"]):
            if old["round"] == last and old["yes"] in kept and old["ended"] == "with its round":
                owner = self._heir(old) if self.people[old["owner"]]["gone"] else old["owner"]
                more = {"round": last + 1, "state": "open", "ended": None, "owner": owner}
                request["conditions"].append({**old, **more, "barred": request["rounds"][-1]["barred"]})

    def _heir(self, condition: Dict) -> str:
        """Who must meet it once its owner has left: the lead of their department, else who may waive it."""
        owner = self.people[condition["owner"]]
        leads = [
            who
            for who, person in self.people.items()
            if person["leads"] in owner["departments"] and person["leads"] and not person["gone"]
        ]
        line = [*leads, *(who for who in self.people if who in self._setters(condition)), condition["by"]]
        return next(who for who in line if who != condition["owner"] or who == condition["by"])

    def leave(self, who: str) -> None:
        """What they had promised and had to read falls to somebody else, or to nobody."""
        super().leave(who)
        for request in self.requests.values():
            for condition in request["conditions"]:
                if condition["owner"] == who and condition["state"] == "open":
                    condition["owner"] = self._heir(condition)
            for round_ in request["rounds"]:
                left_over(round_["papers"], who)
