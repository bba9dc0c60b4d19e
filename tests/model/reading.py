"""Those who read and those who are asked: beside whoever decides, and nothing waits for them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.model.ground import INVALID, NOT_ALLOWED, NOT_NOW, OPEN, unless
from tests.model.promising import Promising
from tests.model.standing import DECIDED, Dict, concerns, seats_of


class Reading(Promising):
    """Circulating, reading, asking, answering, showing a draft."""

    def share(self, who: str, request: Dict, *, members: list[str]) -> None:
        """A draft, or what was sent back, is shown; whoever saw it keeps seeing it."""
        unless(who in (request["by"], request["for"]), NOT_ALLOWED, "somebody else's request")
        unless(request["state"] in ("draft", "returned"), NOT_NOW, "no draft any more")
        unless(members and not any(self.people[member]["gone"] for member in members), INVALID, "whom?")
        fresh = [member for member in members if member not in (*request["shared"], request["by"], request["for"])]
        request["shared"] += dict.fromkeys(fresh)

    def circulate(self, who: str, request: Dict, *, members: list[str], confirm: bool) -> None:
        """Put before people to read, with confirmation or without; once per person and round."""
        round_ = self._round(who, request)
        near = who in {request["by"], *round_["barred"]} or any(concerns(seat, who) for seat in round_["seats"])
        unless(near and not self.people[who]["reads_only"], NOT_ALLOWED, "not theirs to show")
        unless(round_["state"] != "withdrawn", NOT_NOW, "a draft")
        unless(members, INVALID, "before whom?")
        for member in members:
            unless(self._can_be_shown(request, member), INVALID, "cannot be given it")
            unless(member not in {who, request["by"], *round_["barred"]}, INVALID, "knows it")
        for member in members:
            paper = self._give(round_, member, "circulate", confirm=confirm)
            paper["confirm"] |= confirm and not paper["read"]

    def read(self, who: str, request: Dict) -> None:
        """Confirmed, all of it; saying it again is no harm."""
        self._round(who, request)
        mine = [
            paper for round_ in request["rounds"] for (whom, _why), paper in round_["papers"].items() if whom == who
        ]
        unless(mine and self.people[who]["reads_only"] != "auditor", NOT_ALLOWED, "nothing to read")
        for paper in mine:
            paper["read"] = True

    def ask(self, who: str, request: Dict, *, member: str, question: str | None) -> None:
        """Somebody without a seat still to come is asked; it moves nothing."""
        unless(question, INVALID, "without a question")
        self._own(who, request)
        round_ = request["rounds"][-1]
        unless(self._can_be_shown(request, member), INVALID, "cannot be asked")
        seated = any(seat["who"] == member and seat["state"] in OPEN for seat in round_["seats"])
        unless(member != who and not seated, INVALID, "speaks for themselves")
        mine = [
            found for found in request["questions"] if found["by"] == who and self._is_open_question(request, found)
        ]
        unless(len(mine) < 10, NOT_NOW, "questions enough")
        request["questions"].append({"by": who, "whom": member, "round": len(request["rounds"]), "answered": False})

    def answer(self, who: str, request: Dict, *, number: int, answer: str | None) -> None:
        """Once, by whoever was asked, until the round is over."""
        unless(answer, INVALID, "without words")
        self._round(who, request)
        unless(number < len(request["questions"]), NOT_ALLOWED, "no such question")
        found = request["questions"][number]
        unless(found["whom"] == who, NOT_ALLOWED, "somebody else was asked")
        unless(self._is_open_question(request, found), NOT_NOW, "over")
        found["answered"] = True

    @staticmethod
    def _is_open_question(request: Dict, found: Dict) -> bool:
        current = found["round"] == len(request["rounds"]) and request["rounds"][-1]["state"] == "pending"
        return current and not found["answered"]

    def _can_be_shown(self, request: Dict, member: str) -> bool:
        """Not to an auditor, who reads all; not to a guest unless it was shared with them."""
        person = self.people[member]
        stranger = person["reads_only"] == "partner" and member not in request["shared"]
        return not person["gone"] and person["reads_only"] != "auditor" and not stranger

    # What comes up by itself

    @staticmethod
    def _give(round_: Dict, who: str, why: str, *, confirm: bool = True) -> Dict:
        found: Dict = round_["papers"].setdefault((who, why), {"confirm": confirm, "read": False})
        return found

    def _follow(self, request: Dict) -> None:
        """A step of circulation that was reached is read by its people."""
        super()._follow(request)
        for round_ in request["rounds"][-1:]:
            for seat in round_["seats"]:
                step = round_["steps"][seat["step"]]
                if step["kind"] == "circulate":
                    if seat["state"] == "passed" and not seat.get("told"):
                        self._give(round_, seat["who"], "circulate", confirm=step["confirm"])
                    seat["told"] = seat["state"] == "passed"

    def _passed_over(self, round_: Dict, who: str, seat: Dict, over: Iterable[Dict] = ()) -> set[str]:
        """Who reads after: the skipped, and whose decision it would have been."""
        beside = {other["who"] for other in seats_of(round_, seat["step"]) if other is not seat}
        theirs = {seat["owner"]} - beside - round_["barred"]
        found = {seat["who"], *(skipped["who"] for skipped in over), *theirs} - {who, None}
        return {name for name in found if not self.people[name]["gone"]}

    def _read_after(self, round_: Dict, members: Iterable[str]) -> None:
        for member in members:
            self._give(round_, member, "view_after")

    @staticmethod
    def _need_not_read(round_: Dict, members: Iterable[str]) -> None:
        for member in members:
            if not round_["papers"].get((member, "view_after"), {"read": True})["read"]:
                del round_["papers"][member, "view_after"]

    def _take_papers_back(self, round_: Dict) -> None:
        """After an undo: who was not passed over after all need not read, unless they have."""
        still = {seat["who"] for seat in round_["seats"] if seat["state"] == "lifted"}
        for seat in round_["seats"]:
            if seat["state"] in DECIDED:
                still |= {seat["owner"]} | ({seat["who"]} if seat["by"] else set())
        self._need_not_read(round_, [who for who, why in list(round_["papers"]) if who not in still])
