"""Who may stand in for somebody: named for an absence, or by a delegation a second person has confirmed."""

from __future__ import annotations

from tests.model.ground import NOT_ALLOWED, NOT_NOW, Ground, unless
from tests.model.standing import DECIDED, Dict, concerns, decider, decisions, is_last, seats_of


class Deputies(Ground):
    """Delegations: of everything, by one, confirmed by the other; handed on no further."""

    def delegate(self, who: str, deputy: str, may_decide: bool) -> None:
        """From now on the deputy may approve for them; with `may_decide` also the final decision, while they are away."""
        self.people[who]["delegates"].append({"to": deputy, "may_decide": may_decide, "at": self.time})

    def end_delegation(self, who: str, deputy: str) -> None:
        """What is decided stands; what the deputy holds by it goes on."""
        theirs = self.people[who]["delegates"]
        theirs[:] = [one for one in theirs if one["to"] != deputy]
        for round_ in self._running():
            self._let_go(round_)

    def _let_go(self, round_: Dict) -> None:
        """What somebody holds no longer rightly falls."""

    def _deputies(self, round_: Dict, seat: Dict, holder: str) -> list[str]:
        """Who may sit for somebody away: whom they delegated it to, then the deputy of the absence. 代決: never a key; the final
        decision only by one named before it was submitted, where the route lets one, and where nobody consulted disagrees."""
        person, final = self.people[holder], is_last(round_, seat["step"])
        disagreed = any(found["opinion"] == "disagree" for found in round_["seats"])
        if round_["steps"][seat["step"]]["keys"] or not person["away"] or holder in round_["barred"]:
            return []
        if final and (disagreed or not round_["proxy_decide"]):
            return []
        named = [
            one["to"] for one in person["delegates"]
            if not final or (one["may_decide"] and one["at"] <= round_["opened"])
        ]  # fmt: skip
        absence = person["deputy"] if not final or person["named"] <= round_["opened"] else None
        return [*named, *([absence] if absence else [])]

    def _delegated(self, whom: str, who: str) -> bool:
        return any(one["to"] == who for one in self.people[whom]["delegates"])

    def stands_for(self, round_: Dict, who: str, whom: str | None = None) -> Dict | None:
        """代理承認: the first seat that waits for somebody who delegated it, and that a deputy may decide on."""
        waiting = [seat for seat in round_["seats"] if seat["state"] == "waiting" and whom in (None, seat["who"])]
        return next((seat for seat in waiting if self._opens(round_, seat, who)), None)

    def _opens(self, round_: Dict, seat: Dict, who: str) -> bool:
        """Not the final step, not a key, not what its holder holds or sits on for another, not twice in a step, not one's own."""
        step = round_["steps"][seat["step"]]
        beside = any(concerns(other, who) for other in seats_of(round_, seat["step"]) if other is not seat)
        never = step["keys"] or is_last(round_, seat["step"]) or seat["held"] or seat["owner"] or beside
        return not never and who not in round_["barred"] and self._delegated(seat["who"], who)

    def _for_somebody(self, round_: Dict, who: str, whom: str | None) -> Dict | None:
        """The seat somebody decides on for its holder. Who decided already says for whom, or it is a second press."""
        if who in round_["barred"] or not any(self._delegated(other, who) for other in self.people):
            return None
        free = whom is not None or all(decider(seat) != who for seat in decisions(round_))
        seat = self.stands_for(round_, who, whom) if free and round_["state"] == "pending" else None
        if seat is None and free and round_["state"] == "pending":
            waiting = [
                found["who"]
                for found in round_["seats"]
                if found["state"] == "waiting" and whom in (None, found["who"])
            ]
            unless(not any(self._delegated(other, who) for other in waiting), NOT_ALLOWED, "not for a deputy")
        if seat is None and not any(concerns(found, who) for found in round_["seats"]):
            late = [found for found in round_["seats"] if found["state"] in DECIDED and self._opens(round_, found, who)]
            unless(not late, NOT_NOW, "somebody was first")
        return seat
