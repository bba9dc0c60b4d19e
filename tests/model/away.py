"""People come and go, and the seats of whoever is not there: to a deputy, up the line, home again."""

from __future__ import annotations

from tests.model.deputies import Deputies
from tests.model.ground import NOT_ALLOWED, OPEN, unless
from tests.model.standing import Dict, is_last, seats_of


class Away(Deputies):
    """Absences, leaving and deputies."""

    def go_away(self, who: str, deputy: str | None) -> None:
        """An absence begins: open seats go to the deputy, up the line, at last to the top."""
        self.people[who].update(away=True, deputy=deputy, named=self.time)
        self._vacate(who)

    def come_back(self, who: str) -> None:
        """What is theirs and not decided on comes home, unless they sit in that step already."""
        self.people[who].update(away=False, deputy=None)
        self._come_home(who)

    def _come_home(self, who: str) -> None:
        for round_ in self._running():
            for seat in round_["seats"]:
                beside = [other["who"] for other in seats_of(round_, seat["step"]) if other is not seat]
                if seat["owner"] == who and seat["state"] in OPEN and who not in beside and who not in round_["barred"]:
                    seat.update(before=seat["who"], who=who, owner=None, held=False)

    def leave(self, who: str) -> None:
        """Gone for good: their seats go on at once."""
        self.people[who].update(gone=True, away=True, deputy=None, delegates=[])
        for person in self.people.values():
            person["delegates"] = [one for one in person["delegates"] if one["to"] != who]
        self._vacate(who)
        for round_ in self._running():
            self._let_go(round_)

    def look_again(self) -> None:
        """What the house does by itself, again and again: whatever somebody else should hold by now goes to them."""
        for round_ in self._running():
            for who in {seat["who"] for seat in round_["seats"] if seat["state"] == "waiting"}:
                if self.people[who]["away"]:
                    self._vacate(who)
        for who, person in self.people.items():
            if not person["away"]:
                self._come_home(who)
        for round_ in self._running():
            self._let_go(round_)

    def _in_their_place(self, round_: Dict, seat: Dict) -> None:
        """Whoever sits for somebody else decides or turns a key only as their superior, or as a deputy who may."""
        final = is_last(round_, seat["step"]) or round_["steps"][seat["step"]]["keys"]
        owner = seat["owner"]
        if owner and final and not self._holds_for_good(seat):
            unless(seat["who"] in self._deputies(round_, seat, owner), NOT_ALLOWED, "not for a deputy")

    def _seat_those_asked(self, round_: Dict, before: dict[int, str]) -> None:
        """Whoever is asked now and is away is replaced now."""
        fresh = [
            seat for seat in round_["seats"] if seat["state"] == "waiting" and before[id(seat)] in ("planned", "anew")
        ]
        for seat in fresh:
            if self.people[seat["who"]]["away"]:
                self._fall(round_, seat)

    def _vacate(self, who: str) -> None:
        for round_ in self._running():
            for seat in round_["seats"]:
                if seat["who"] == who and seat["state"] in OPEN:
                    self._fall(round_, seat)

    def _fall(self, round_: Dict, seat: Dict) -> None:
        """From whoever it belongs to: to their deputy, up the line, at last to the top; to nobody barred, away, or seated in
        the step. Where it can fall to nobody it stays."""
        owner = seat["owner"] or seat["who"]
        taken = round_["barred"] | {other["who"] for other in seats_of(round_, seat["step"]) if other is not seat}
        deputies = self._deputies(round_, seat, owner) if owner not in taken else []
        for who in [owner, *deputies, *self._above(owner)]:
            if who not in taken and not self.people[who]["away"] and not self.people[who]["reads_only"]:
                seat.update(before=seat["who"], who=who, owner=owner if who != owner else None, held=False)
                return
        if round_["steps"][seat["step"]]["keys"] and owner not in taken and not self.people[owner]["gone"]:
            if seat["who"] != owner:  # a key nobody else may turn waits for its holder
                seat.update(before=seat["who"], who=owner, owner=None, held=False)
        elif self.people[seat["who"]]["gone"]:
            self._rather_than_nobody(seat, owner, taken)

    def _rather_than_nobody(self, seat: Dict, owner: str, taken: set[str]) -> None:
        """Its holder has left and nobody above can take it: whoever it belongs to though they are away, else another office,
        sooner one that is there."""
        here = [who for who, person in self.people.items() if person["office"]]
        here.sort(key=lambda who: (self.people[who]["away"], self.people[who]["office"]))
        free = [who for who in (owner, *here) if who not in taken and not self.people[who]["gone"]]
        if free:
            seat.update(before=seat["who"], who=free[0], owner=owner if free[0] != owner else None, held=False)

    def _let_go(self, round_: Dict) -> None:
        """A deputy keeps a seat no longer than its owner is away, and no final decision somebody consulted disagrees with."""
        for seat in round_["seats"]:
            owner = seat["owner"]
            stays = not owner or seat["state"] not in OPEN or self._holds_for_good(seat)
            if not stays and seat["who"] not in self._deputies(round_, seat, owner):
                self._fall(round_, seat)

    def _holds_for_good(self, seat: Dict) -> bool:
        """Whoever stands above its owner; any office, once its owner has left."""
        left = self.people[seat["owner"]]["gone"] and self.people[seat["who"]]["office"]
        return bool(left) or seat["who"] in self._above(seat["owner"])

    def _above(self, who: str) -> list[str]:
        """Everybody above somebody, the nearest first, and whoever stands at the top."""
        line: list[str] = []
        above = self.people[who]["manager"]
        while above is not None:
            line.append(above)
            above = self.people[above]["manager"]
        return [*line, *(name for name, person in self.people.items() if person["office"] == "CEO")]
