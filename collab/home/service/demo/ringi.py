"""The rarer acts of a request's story: what is said on other seats than an approver's, and what goes on beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from collab.approvals import queries
from collab.approvals import service as approvals
from collab.home.rules import day_from
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.service import Terms
from collab.purchases import service as purchases

Told = Mapping[str, Any]


def say(act: Any, actor: Actor, key: str) -> None:
    """Approve with conditions, consult, speak for the customer, send back to a step: what a seat says, with all that goes
    with it."""
    told = dict(act.content)
    told["conditions"] = [_condition(one, act, actor) for one in told.get("conditions", ())]
    if "acting_for" in told:
        told["acting_for"] = people.members_by_email([address(told["acting_for"])])[address(told["acting_for"])]
    approvals.decide(key=key, actor=actor, verb=act.does, comment=act.says, now=act.at, **told)


def _condition(one: Told, act: Any, actor: Actor) -> dict[str, Any]:
    return {**one, "owner": address(one["owner"]), "due_on": _day(one["due_on"], act, actor)}


def _day(written: Any, act: Any, actor: Actor) -> date:
    found: date = day_from(written, day_in(act.at, actor.zone))
    return found


def _everybody(names: Any) -> list[str]:
    return [address(name) for name in names]


def _add_step(act: Any, actor: Actor, key: str) -> None:
    emails = _everybody(act.content["members"])
    known = people.members_by_email(emails)
    more = {name: value for name, value in act.content.items() if name != "members"}
    approvals.add_step(
        key=key, actor=actor, members=[known[one] for one in emails], reason=act.says, now=act.at, **more
    )


def _answer(act: Any, actor: Actor, key: str) -> None:
    question = next(one for one in queries.list_questions(key) if one.asked == actor.id and one.answered_at is None)
    approvals.answer(key=key, actor=actor, question=question.id, answer=act.says, now=act.at)


def _delegate(act: Any, actor: Actor, _key: str) -> None:
    told = act.content
    terms = Terms(
        _day(told["from_on"], act, actor), _day(told["until_on"], act, actor), tuple(told.get("categories", ())),
        told.get("limit"), told.get("may_decide", False), told.get("reason"),
    )  # fmt: skip
    agreed = staffing.propose_delegation(actor, deputy=address(told["deputy"]), terms=terms, now=act.at)
    stand_in = people.find_actor_by_email(address(told["deputy"]), act.at)
    if stand_in is None:
        raise KeyError(told["deputy"])
    staffing.confirm_delegation(stand_in, agreed.id, now=act.at)


VERBS: Mapping[str, Callable[[Any, Actor, str], object]] = {
    "consult": say,
    "advocate": say,
    "lift": lambda act, actor, key: approvals.lift(key=key, actor=actor, comment=act.says, now=act.at),
    "hold": lambda act, actor, key: approvals.hold(
        key=key, actor=actor, reason=act.says, until_on=_day(act.content["until_on"], act, actor), now=act.at
    ),
    "release": lambda act, actor, key: approvals.release(key=key, actor=actor, now=act.at),
    "ask": lambda act, actor, key: approvals.ask(
        key=key, actor=actor, member=address(act.content["member"]), question=act.says, now=act.at
    ),
    "answer": _answer,
    "circulate": lambda act, actor, key: approvals.circulate(
        key=key, actor=actor, members=_everybody(act.content["members"]), confirm=act.content.get("confirm", False),
        note=act.says, now=act.at,
    ),
    "read": lambda act, actor, key: approvals.read(key=key, actor=actor, now=act.at),
    "add_step": _add_step,
    "meet": lambda act, actor, key: approvals.meet(
        key=key, number=act.content["number"], actor=actor, note=act.says, now=act.at
    ),
    "purchase": lambda act, actor, key: purchases.purchase(
        actor, key, on=_day(act.content["on"], act, actor), reference=act.content.get("reference"), now=act.at
    ),
    "ask_to_revoke": lambda act, actor, key: approvals.ask_to_revoke(key=key, actor=actor, reason=act.says, now=act.at),
    "share": lambda act, actor, key: purchases.share(
        actor, key, _everybody(act.content["members"]), act.says, now=act.at
    ),
    "delegate": _delegate,
    "name_secretary": lambda act, actor, _key: staffing.name_secretary(
        actor, secretary=address(act.content["secretary"]), now=act.at
    ),
}  # fmt: skip
