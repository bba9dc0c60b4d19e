"""Whoever took the decision takes it back."""

from __future__ import annotations

from tests.model.deciding import Deciding
from tests.model.ground import INVALID, NOT_ALLOWED, NOT_NOW, unless
from tests.model.standing import Dict, concerns, final_deciders


class Revoking(Deciding):
    """After the end."""

    def revoke(self, who: str, request: Dict, *, reason: str | None) -> None:
        """Whoever took the decision takes it back for good; where two took it, one asks and the others answer."""
        round_ = self._round(who, request)
        mine = round_["state"] in ("approved", "revoked") and who in final_deciders(round_)
        unless(mine and not self.people[who]["reads_only"], NOT_ALLOWED, "somebody else's decision")
        unless(round_["state"] == "approved", NOT_NOW, "not decided")
        unless(reason, INVALID, "without a reason")
        self._ask_voices(who, request)

    def ask_to_revoke(self, who: str, request: Dict, *, reason: str | None) -> None:
        """Whoever filed it, sat in it or leads its department may ask those who took the decision."""
        round_ = self._round(who, request)
        near = who in (request["by"], request["for"], request["lead"]) or any(
            concerns(seat, who) for seat in round_["seats"]
        )
        unless(near and not self.people[who]["reads_only"], NOT_ALLOWED, "not theirs to ask")
        unless(round_["state"] == "approved", NOT_NOW, "not decided")
        unless(reason, INVALID, "without a reason")
        self._ask_voices(who, request)

    def answer_revocation(self, who: str, request: Dict, *, answer: str, comment: str | None = None) -> None:
        """The last yes revokes it, one no ends the question."""
        round_ = self._round(who, request)
        voices = request["voices"]
        unless(voices is not None or not any(concerns(seat, who) for seat in round_["seats"]), NOT_NOW, "nobody asks")
        unless(voices and voices.get(who) == "asked", NOT_ALLOWED, "not asked")
        unless(answer == "yes" or comment, INVALID, "a no has words")
        voices[who] = answer
        if answer == "no":
            request["voices"] = None
        self._count_voices(request)

    def _ask_voices(self, who: str, request: Dict) -> None:
        unless(request["state"] == "approved", NOT_NOW, "not decided")
        unless(request["voices"] is None, NOT_NOW, "somebody asks already")
        asked = self._who_took_it(request["rounds"][-1])
        unless(asked, NOT_NOW, "nobody to ask")
        request["voices"] = {name: "yes" if name == who else "asked" for name in asked}
        self._count_voices(request)

    def _count_voices(self, request: Dict) -> None:
        if request["voices"] and set(request["voices"].values()) == {"yes"}:
            request.update(state="revoked", voices=None)
            request["rounds"][-1]["state"] = "revoked"

    def _who_took_it(self, round_: Dict) -> list[str]:
        """Each who said the last yes; for one who has left, the next above them who was not asked yet."""
        found: list[str] = []
        for name in final_deciders(round_):
            if name in found:
                continue
            line = [name, *self._above(name), *(other for other, person in self.people.items() if person["office"])]
            free = [
                other for other in line if other not in (*found, *round_["barred"]) and not self.people[other]["gone"]
            ]
            free = [other for other in free if other == name or not self.people[other]["away"]]
            found += free[:1]
        return found
