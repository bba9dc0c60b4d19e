"""What is said on a seat, and what a seat is asked for beside."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.model.filing import Filing
from tests.model.ground import INVALID, NOT_ALLOWED, NOT_NOW, OPEN, OPINIONS, VERBS_OF, unless
from tests.model.standing import (
    Dict,
    ask_anew,
    close,
    comes_before,
    concerns,
    decider,
    decisions,
    fresh,
    is_last,
    put_in,
    settle,
)


class Deciding(Filing):
    """The verbs of a seat."""

    def say(self, who: str, request: Dict, *, verb: str, comment: str | None = None, to: Any = "requester", resume: str = "here",
            opinion: str | None = None, stage: str | None = None, seen: int | None = None, conditions: tuple[Dict, ...] = (),
            acting_for: str | None = None) -> None:  # fmt: skip
        """approve, review, decide, return, reject, consult, advocate: what a seat is asked for."""
        unless(comment or verb not in ("return", "reject"), INVALID, "without a reason")
        unless(comment or opinion not in ("opinion", "disagree", "worse"), INVALID, "without words")
        unless(verb not in OPINIONS or opinion in OPINIONS[verb], INVALID, "no such opinion")
        unless(verb != "advocate" or stage, INVALID, "at which stage?")
        unless(not conditions or verb == "approve", INVALID, "a condition goes with a yes")
        round_ = self._round(who, request)
        seat = self._asked(round_, who, verb) if acting_for in (None, who) else None
        if seat is None:
            seat = self._for_somebody(round_, who, acting_for)
        if seat is None:
            theirs = any(concerns(found, who) for found in round_["seats"])
            unless(not theirs or who in round_["barred"], NOT_NOW, "not asked now")
        self._may(who, round_, seat)
        self._saw(request, seen)
        self._in_their_place(round_, seat)
        step = round_["steps"][seat["step"]]
        unless(verb in VERBS_OF[step["kind"]], INVALID, "not asked for that")
        after = self._passed_over(round_, who, seat)
        if verb == "return":
            self._return(request, round_, seat, who, to=to, resume=resume)
            return self._read_after(round_, after)
        if verb == "approve":
            self._overrules(round_, seat, comment)
            self._check_conditions(conditions)
        state = {"approve": "approved", "reject": "rejected"}.get(verb, "answered")
        seat.update(
            state=state,
            at=self.time,
            by=who if who != seat["who"] else None,
            opinion=opinion if verb in OPINIONS else None,
            held=False,
        )
        self._set_conditions(request, seat, conditions)
        self._go_on(request, round_)
        if opinion == "disagree":
            self._let_go(round_)
        return self._read_after(round_, after)

    def lift(self, who: str, request: Dict, *, comment: str | None = None, seen: int | None = None) -> None:
        """approve over: from a later seat of the route over everybody who waits before it, never over a key, a check or an opinion."""
        round_ = self._round(who, request)
        later = [seat for seat in round_["seats"] if seat["who"] == who and seat["state"] == "planned"]
        self._may(who, round_, later)
        able = [
            seat for seat in later if self._plain_step(round_, seat) and not round_["steps"][seat["step"]]["added"]
        ]  # who was added on the way is above nobody
        unless(able, NOT_NOW, "nothing to approve from there")
        self._saw(request, seen)
        mine = able[0]
        over = [
            seat
            for seat in round_["seats"]
            if seat["state"] in OPEN
            and comes_before(round_, seat["step"], mine["step"])
            and round_["steps"][seat["step"]]["kind"] != "circulate"
        ]
        for seat in over:
            allowed = self._plain_step(round_, seat) and round_["steps"][seat["step"]]["lift"]
            unless(allowed, NOT_ALLOWED, "not over a key, a check or an opinion")
        self._in_their_place(round_, mine)
        after = self._passed_over(round_, who, mine, over)
        for seat in over:
            seat.update(state="lifted", by=who, lifted=self.time, held=False)
        mine.update(state="approved", at=self.time, by=None)
        if settle(deepcopy(round_)) == "approved":
            self._overrules(round_, mine, comment)
        self._go_on(request, round_)
        self._read_after(round_, after)

    def undo(self, who: str, request: Dict) -> None:
        """Take back one's own while nobody acted after; whoever was approved over with it is asked again too."""
        round_ = self._round(who, request)
        mine = [seat for seat in decisions(round_) if decider(seat) == who]
        unless(mine and not self.people[who]["reads_only"], NOT_ALLOWED, "nothing to undo")
        unless(round_["state"] == "pending", NOT_NOW, "it has ended")
        last = decisions(round_)[-1]
        after = [seat for seat in round_["past"] if seat["at"] and seat["at"] > last["at"]]
        unless(decider(last) == who and not last["carried"] and not after, NOT_NOW, "somebody acted after")
        for seat in round_["seats"]:
            if seat is last or (seat["state"] == "lifted" and seat["lifted"] == last["at"]):
                seat.update(state="planned", by=None, opinion=None, lifted=None)
        settle(round_)
        self._let_go(round_)
        self._take_papers_back(round_)

    def hold(self, who: str, request: Dict, *, reason: str | None, days: int) -> None:
        """Not a decision: a reason and until when, at most thirty days, twice at most."""
        seat = self._own(who, request)
        unless(reason and 1 <= days <= 30, INVALID, "a reason and a day")
        unless(not seat["held"], NOT_NOW, "held already")
        unless(seat["holds"] < 2, NOT_NOW, "held often enough")
        seat.update(held=True, holds=seat["holds"] + 1)

    def release(self, who: str, request: Dict) -> None:
        """Taken up again."""
        seat = self._own(who, request)
        unless(seat["held"], NOT_NOW, "not held")
        seat["held"] = False

    def add_step(
        self, who: str, request: Dict, *, members: list[str], kind: str, before: bool, reason: str | None
    ) -> None:
        """More people are asked, beside one's own step; nothing is ever taken away."""
        self._own(who, request)
        round_ = request["rounds"][-1]
        seat = self._asked(round_, who, "approve")
        unless(round_["steps"][seat["step"]]["kind"] in ("approve", "review"), NOT_ALLOWED, "no steps from here")
        unless(sum(step["added"] for step in round_["steps"]) < 5, NOT_NOW, "steps enough")
        unless(reason and members and kind in ("approve", "review", "consult"), INVALID, "whom, and why?")
        for member in members:
            asked = any(found["who"] == member and found["state"] in OPEN for found in round_["seats"])
            there = not (
                self.people[member]["away"] or self.people[member]["gone"] or self.people[member]["reads_only"]
            )
            unless(there and not asked and member not in round_["barred"] | {who}, INVALID, "may not be asked")
        unless(before or not is_last(round_, seat["step"]), INVALID, "nothing comes after the last")
        block = [n for n, step in enumerate(round_["steps"]) if step["block"] == round_["steps"][seat["step"]]["block"]]
        at = block[0] if before else block[-1] + 1
        new = {"name": "added", "kind": kind, "rule": "all", "keys": False, "block": f"added{self.time}", "branch": "", "join": "all",
               "lift": True, "added": True}  # fmt: skip
        put_in(round_, at, new, [fresh({"step": at, "place": n, "who": member}) for n, member in enumerate(members)])
        settle(round_)

    def _go_on(self, request: Dict, round_: Dict) -> None:
        before = {id(seat): seat["state"] for seat in round_["seats"]}
        end = settle(round_)
        if end:
            round_["state"] = request["state"] = end
        self._seat_those_asked(round_, before)

    def _return(self, request: Dict, round_: Dict, seat: Dict, who: str, *, to: Any, resume: str) -> None:
        if to != "requester":
            self._send_back(round_, seat, to, resume)
        else:
            seat.update(state="returned", at=self.time, by=who if who != seat["who"] else None, held=False)
            close(round_)
            round_.update(state="returned", resume=resume)
            request["state"] = "returned"

    def _send_back(self, round_: Dict, mine: Dict, to: int, resume: str) -> None:
        """Back to an earlier step: it is asked anew, and with `again` everybody who came after it too."""
        target = to - 1
        through = 0 <= target < len(round_["steps"]) and comes_before(round_, target, mine["step"])
        unless(through and round_["steps"][target]["kind"] != "circulate", INVALID, "no such earlier step")
        before = {id(seat): seat["state"] for seat in round_["seats"]}
        lifted = {id(seat): seat["who"] for seat in round_["seats"] if seat["state"] == "lifted"}
        anew = ask_anew(round_, mine, target, resume, self.time)
        before |= {id(seat): "anew" for seat in anew}
        self._need_not_read(round_, {lifted[id(seat)] for seat in anew if id(seat) in lifted})
        settle(round_)
        self._seat_those_asked(round_, before)
        self._let_go(round_)
