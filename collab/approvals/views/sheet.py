"""How a round or a plan is shown: the stamps of a ringi sheet, and the way with the reason of every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collab.approvals.queries import Chain, SeatView, Usual, list_earlier_turns
from collab.approvals.rules.asking import numbered
from collab.approvals.rules.plan import Plan, Seat, Step
from collab.approvals.rules.progress import WAITING, count_needed
from collab.approvals.views import seats as shown
from collab.approvals.views.seats import Known
from collab.kernel.db import AnyRow
from collab.kernel.i18n import Reader, from_json
from collab.web.moments import due_state, due_words, span_words

LOOK = shown.LOOK
_TELLING = ("returned", "rejected", "current", "waiting", "objected", "done")
"""The one word for a step: a refusal tells most, an open seat more than a finished one."""
_TO_COME = ("current", "waiting")
"""How long a step usually takes is of use until it is done."""


@dataclass(frozen=True)
class Sheet:
    """A round ready to be shown: every seat as a stamp, every step of the way, who is asked now."""

    stamps: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    waiting: list[str]
    usual: str = ""
    auto: str = ""


@dataclass(frozen=True)
class _Rule:
    """What a step asks for beyond its seats: of how many a yes, beside whom."""

    kind: str
    rule: str
    keys: bool
    total: int


def of_chain(chain: Chain, how: Reader, now: datetime, usual: Usual) -> Sheet:
    """A round as it stands."""
    earlier = list_earlier_turns(chain)
    before = {member for row in earlier for member in (row.member_id, row.decided_by_id)}
    known = Known.of(shown.people_of(chain) | before, how, now)
    stamps = [shown.stamp(seat, chain, known) for seat in chain.seats]
    steps = [
        _step(number, chain, known, usual, [row for row in earlier if row.step == number])
        for number in range(len(chain.steps))
    ]
    auto = chain.route.get("auto")
    said = how.say(f"approval.page.auto_{auto}") if auto else ""
    return Sheet(stamps, steps, [known.name(seat.member) for seat in chain.waiting()], auto=said)


def of_plan(plan: Plan, how: Reader, now: datetime, usual: Usual) -> Sheet:
    """A plan that has not happened yet; it has no steps where the route decides by itself."""
    seats = [seat for step in plan.steps for seat in step.seats]
    known = Known.of((member for seat in seats for member in (seat.member, seat.instead_of)), how, now)
    blocks = [block for _step, _number, block in numbered(plan.steps)]
    steps = [
        _planned(step, _beside_planned(plan, blocks, number, how), known, usual)
        for number, step in enumerate(plan.steps)
    ]
    times = [found for step in plan.steps if (found := _usual_of(step, usual)) is not None]
    whole = span_words(sum(times, timedelta()), how) if len(times) == len(plan.steps) else ""
    return Sheet([], steps, [known.name(seat.member) for seat in plan.steps[0].seats] if plan.steps else [], whole)


def _step(number: int, chain: Chain, known: Known, usual: Usual, earlier: Sequence[AnyRow]) -> dict[str, Any]:
    step, how = chain.steps[number], known.how
    seats = [seat for seat in chain.seats if seat.step == number]
    open_until = min((seat.due_at for seat in seats if seat.state == WAITING and seat.due_at), default=None)
    rule = _Rule(step["kind"], step["rule"], step["keys"], len(seats))
    state = _step_state(seats)
    usually = usual.of(step["kind"], step["name_en"], *(seat.office for seat in seats)) if state in _TO_COME else None
    return {
        **_face(shown.named(step, how), rule, [from_json(text) for text in step["why"]], how),
        "state": state, "seats": [shown.row(seat, chain, known) for seat in seats],
        "beside": _beside(chain, number, how), "notes": [_earlier(row, known) for row in earlier],
        "due": due_words(open_until, known.now, how), "due_state": due_state(open_until, known.now),
        "usual": span_words(usually, how),
    }  # fmt: skip


def _step_state(seats: Sequence[SeatView]) -> str:
    looks = {shown.look(seat) for seat in seats}
    return next((look for look in _TELLING if look in looks), "skipped")


def _earlier(row: AnyRow, known: Known) -> str:
    """What somebody said before they were asked anew."""
    who = known.name(row.decided_by_id or row.member_id)
    if row.opinion:
        verb = known.how.say(f"approval.view.{row.opinion}")
    else:
        verb = known.how.say(f"approval.done.{row.state}") if row.decided_at else known.how.say("approval.seat.lifted")
    return known.how.say("approval.page.asked_anew", who=who, verb=verb)


def _beside(chain: Chain, number: int, how: Reader) -> str:
    """Which steps run at the same time, and how many branches of them must be through."""
    here = chain.steps[number]
    block = [step for at, step in enumerate(chain.steps) if step.get("block", at) == here.get("block", number)]
    others = [shown.named(step, how) for step in block if step.get("branch") != here.get("branch")]
    branches = len({step.get("branch") for step in block})
    return _together(others, branches, here.get("join", "all"), how)


def _beside_planned(plan: Plan, blocks: Sequence[int], number: int, how: Reader) -> str:
    here = [at for at, block in enumerate(blocks) if block == blocks[number]]
    branch = {at: plan.steps[at].branch or str(at) for at in here}
    others = [how.name(plan.steps[at]) for at in here if branch[at] != branch[number]]
    return _together(others, len(set(branch.values())), plan.steps[number].join, how)


def _together(others: Sequence[str], branches: int, join: str, how: Reader) -> str:
    if not others:
        return ""
    said = how.say("approval.page.beside", steps=list(others))
    needed = count_needed(join, branches)
    return said if needed == branches else f"{said} {how.say('approval.page.joined', n=needed, total=branches)}"


def _planned(step: Step, beside: str, known: Known, usual: Usual) -> dict[str, Any]:
    rule = _Rule(step.kind, step.rule, step.keys, len(step.seats))
    return {
        **_face(known.how.name(step), rule, step.why, known.how), "beside": beside,
        "seats": [_planned_seat(seat, known) for seat in step.seats],
        "usual": span_words(_usual_of(step, usual), known.how),
    }  # fmt: skip


def _planned_seat(seat: Seat, known: Known) -> dict[str, Any]:
    how = known.how
    veto = how.say("approval.page.veto") if seat.veto else ""
    return {
        "name": known.name(seat.member), "office": " · ".join(part for part in (seat.office or "", veto) if part),
        "acting_for": known.name(seat.instead_of), "note": how.say(seat.why) if seat.why and seat.instead_of else "",
    }  # fmt: skip


def _face(name: str, rule: _Rule, why: Sequence[Any], how: Reader) -> dict[str, Any]:
    word = _rule_words(rule, how)
    reasons = how.say("approval.page.because", why=list(dict.fromkeys(how.say(text) for text in why))) if why else ""
    kind = how.say(f"approval.kind.{rule.kind}") if rule.kind != "approve" else ""
    return {
        "name": name, "rule": "" if word == name else word, "why": reasons, "two_keys": rule.keys,
        "kind": "" if kind == name else kind,
    }  # fmt: skip


def _rule_words(rule: _Rule, how: Reader) -> str:
    """Both keys, one is enough, two of three; nothing where all must say yes."""
    if rule.keys:
        return how.say("approval.page.two_keys")
    needed = count_needed(rule.rule, rule.total)
    if rule.total < 2 or needed == rule.total or rule.kind == "circulate":
        return ""
    return how.say("approval.page.any") if needed == 1 else how.say("approval.page.needed", n=needed, total=rule.total)


def _usual_of(step: Step, usual: Usual) -> timedelta | None:
    return usual.of(step.kind, step.name_en, *(seat.office for seat in step.seats))
