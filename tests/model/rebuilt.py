"""A request told again from the JSON of its history alone: the steps, who sits where, what was decided, how long each waited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.model.standing import Dict, ask_anew, close, fresh, put_in, settle

SAID = {
    "approve": "approved",
    "review": "approved",
    "decide": "approved",
    "reject": "rejected",
    "consult": "answered",
    "advocate": "answered",
}
STATES = {"withdraw": "draft", "drop": "dropped", "revoke": "revoked", "purchase": "purchased"}


class Rebuilt:
    """What a reader of the history knows; nothing else is asked."""

    def __init__(self, history: Sequence[Dict]) -> None:
        self.state, self.rounds, self.now = "draft", [], ""
        self.carried: Dict = {}
        for number, event in enumerate(history):
            assert event["seq"] == number + 1, "an entry is missing"
            self.time, self.now = number, event["at"]
            getattr(self, f"_{event['verb']}", self._anything)(event)

    @property
    def round(self) -> Dict:
        """The round in hand."""
        found: Dict = self.rounds[-1]
        return found

    def waited(self) -> list[tuple[str, int, int | None]]:
        """Each seat's holder, its turn, and the minutes from the question to the answer; none where nobody answered."""
        rows = [*self.round["past"], *self.round["seats"]]
        return sorted(((seat["who"], seat["turn"], _minutes(seat)) for seat in rows), key=str)

    # The requester's own

    def _submit(self, _event: Dict) -> None:
        self.state, self.carried = "pending", {}
        self.rounds.append({"state": "pending", "steps": [], "seats": [], "past": []})

    def _withdraw(self, _event: Dict) -> None:
        if self.state == "pending":
            close(self.round)
            self.round["state"] = "withdrawn"
        self.state = "draft"

    def _anything(self, event: Dict) -> None:
        """Reading, questions, conditions: beside the decisions; some end the request."""
        self.state = STATES.get(event["verb"], self.state)
        if event["verb"] == "revoke":
            self.round["state"] = "revoked"

    # The house

    def _carried(self, event: Dict) -> None:
        self.carried = {(row["step"] - 1, row["seat"]): row for row in event["after"]["seats"]}

    def _step_started(self, event: Dict) -> None:
        if "way" in event["after"]:
            self._way(event["after"]["way"])
        for asked in event["after"]["seats"]:
            seat = self._sits(event["step"] - 1, asked["member"])
            if seat is not None:
                seat.update(since=event["at"], said_at=None)

    def _way(self, way: list[Dict]) -> None:
        names = ("kind", "rule", "keys", "block", "branch", "join")
        self.round["steps"] = [{name: step[name] for name in names} for step in way]
        for number, step in enumerate(way):
            for place, written in enumerate(step["seats"]):
                seat = _seat(number, place, written)
                row = self.carried.get((number, place))
                if row:
                    by = row["by"] if row["by"] != row["member"] else None
                    seat.update(
                        state=row["state"], by=by, opinion=row["opinion"], carried=True, at=-1, said_at=row["at"]
                    )
                self.round["seats"].append(seat)
        settle(self.round)

    def _seat_moved(self, event: Dict) -> None:
        seat = self._sits(event["step"] - 1, event["after"]["from"])
        assert seat is not None, event
        seat.update(who=event["after"]["to"], owner=event["after"]["instead_of"], since=event["at"], held=False)

    # On a seat

    def _say(self, event: Dict) -> None:
        seat = self._at(event)
        for over in (event["after"] or {}).get("over", ()):
            lifted = self._place(over["step"] - 1, over["seat"])
            lifted.update(state="lifted", by=event["actor"], lifted=self.time, held=False)
        by = event["actor"] if event["actor"] != seat["who"] else None
        seat.update(
            state=SAID.get(event["verb"], "approved"),
            by=by,
            at=self.time,
            said_at=event["at"],
            opinion=event["opinion"],
            held=False,
        )
        end = settle(self.round)
        if end:
            self.state = self.round["state"] = end

    _approve = _review = _decide = _reject = _consult = _advocate = _lift = _say

    def _return(self, event: Dict) -> None:
        seat = self._at(event)
        if event["to"] == "requester":
            seat.update(
                state="returned", by=event["actor"] if event["actor"] != seat["who"] else None, said_at=event["at"]
            )
            close(self.round)
            self.state = self.round["state"] = "returned"
            return
        seat.update(said_at=event["at"], held=False)
        for anew in ask_anew(self.round, seat, event["to"] - 1, event["resume"] or "here", self.time):
            anew.update(since=None, said_at=None)
        settle(self.round)

    def _undo(self, event: Dict) -> None:
        undone = self._at(event)
        for seat in self.round["seats"]:
            if seat is undone or (seat["state"] == "lifted" and seat["lifted"] == undone["at"]):
                seat.update(state="planned", by=None, opinion=None, lifted=None, said_at=None)
        settle(self.round)

    def _hold(self, event: Dict) -> None:
        self._at(event)["held"] = True

    def _release(self, event: Dict) -> None:
        self._at(event)["held"] = False

    _hold_ended = _release

    def _add_step(self, event: Dict) -> None:
        written, at = event["after"]["step"], event["after"]["at"] - 1
        step = {name: written[name] for name in ("kind", "rule", "keys", "branch", "join")} | {
            "block": f"added{self.time}"
        }
        put_in(self.round, at, step, [_seat(at, place, seat) for place, seat in enumerate(written["seats"])])
        settle(self.round)

    # Finding a seat

    def _at(self, event: Dict) -> Dict:
        seat = self._place(event["step"] - 1, event["seat"])
        assert seat["turn"] == event["turn"], event
        return seat

    def _place(self, step: int, place: int) -> Dict:
        return next(seat for seat in self.round["seats"] if (seat["step"], seat["place"]) == (step, place))

    def _sits(self, step: int, who: str) -> Dict | None:
        return next((seat for seat in self.round["seats"] if seat["step"] == step and seat["who"] == who), None)


def _seat(step: int, place: int, written: Dict) -> Dict:
    more = {
        "who": written["member"],
        "owner": written["instead_of"],
        "veto": written["veto"],
        "since": None,
        "said_at": None,
    }
    return fresh({"step": step, "place": place, **more})


def _minutes(seat: Dict) -> int | None:
    if not seat["since"] or not seat["said_at"]:
        return None
    since, said = (datetime.fromisoformat(str(moment)) for moment in (seat["since"], seat["said_at"]))
    return int((said - since).total_seconds() // 60)


def lines(found: Rebuilt) -> dict[str, Any]:
    """What is to be compared with the database."""
    told: dict[str, Any] = {"state": found.state, "rounds": [round_["state"] for round_ in found.rounds]}
    if found.rounds:
        names = ("step", "who", "owner", "turn", "by", "opinion", "carried", "held")
        over = found.round["state"] != "pending"
        ended = ("planned", "waiting", "passed", "closed")
        told["seats"] = [
            ("closed" if over and seat["state"] in ended else seat["state"], *(seat[name] for name in names))
            for seat in found.round["seats"]
        ]
        told["waited"] = found.waited()
    return told
