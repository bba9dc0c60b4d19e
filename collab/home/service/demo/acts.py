"""One act of a story, done through the service a page or card would call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.approvals import service as approvals
from collab.audit import service as audit
from collab.home.rules import day_from
from collab.home.service.demo import ringi, threads
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.errors import NotAllowed
from collab.kernel.fields import load
from collab.people import queries as people
from collab.people import service as staffing
from collab.purchases import service as purchases
from collab.purchases.schemas import PurchaseIn

STARTS = ("file", "draft", "copy", "amend")
_DAYS = {"needed_by_on", "by_on", "on"}
_PEOPLE = {"on_behalf_of", "business", "technical", "data"}


@dataclass(frozen=True)
class Act:
    """Who did what, when; `story` is the number of the request's story, by which its key is found."""

    at: datetime
    who: str
    does: str
    story: int = -1
    says: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)


def perform(act: Act, keys: dict[int, str]) -> None:
    """Do an act at its moment; a request's number is kept in `keys` under its story."""
    actor = people.find_actor_by_email(address(act.who), act.at)
    if actor is None:
        raise KeyError(act.who)
    if act.does in STARTS:
        keys[act.story] = _begin(act, actor, keys)
        return
    _VERBS[act.does](act, actor, keys.get(act.story, ""))


def _begin(act: Act, actor: Actor, keys: Mapping[int, str]) -> str:
    """Write a new request; returns its key."""
    if act.does in ("copy", "amend"):
        another = purchases.copy if act.does == "copy" else purchases.amend
        return another(actor, keys[act.content["story"]], now=act.at).key
    fields = load(PurchaseIn(), written(act.content, act.at, actor))
    return (purchases.file if act.does == "file" else purchases.draft)(actor, fields, now=act.at).key


def written(content: Mapping[str, Any], at: datetime, actor: Actor) -> dict[str, Any]:
    """A request's content as a person would have sent it: days and people spelt out."""
    return {name: _spelt(name, value, at, actor) for name, value in content.items()}


def _spelt(name: str, value: Any, at: datetime, actor: Actor) -> Any:
    if isinstance(value, Mapping):
        return written(value, at, actor)
    if name in _DAYS:
        return day_from(value, day_in(at, actor.zone)).isoformat()
    return address(value) if name in _PEOPLE else value


def _edit(act: Act, actor: Actor, key: str) -> None:
    fields = load(PurchaseIn(partial=True), written(act.content, act.at, actor), partial=True)
    purchases.edit(actor, key, fields, seen=None, now=act.at)


def _leave(act: Act, actor: Actor, _key: str) -> None:
    staffing.deactivate(actor.email, by=None, now=act.at)


def _be_away(act: Act, actor: Actor, _key: str) -> None:
    days = act.content
    staffing.be_away(actor, from_on=days["from"], until_on=days["until"], deputy=address(days["deputy"]), now=act.at)


def _undo(act: Act, actor: Actor, key: str) -> None:
    approvals.undo(key=key, actor=actor, now=act.at)


def _revoke(act: Act, actor: Actor, key: str) -> None:
    approvals.revoke(key=key, actor=actor, reason=act.says or "", now=act.at)


def _try_to_approve(act: Act, actor: Actor, key: str) -> None:
    """What the product refuses and keeps in the trail; the load is one transaction, so it is kept here. Raises ValueError when
    it is not refused: then it is no such story."""
    try:
        approvals.decide(key=key, actor=actor, verb="approve", now=act.at)
    except NotAllowed as refusal:
        audit.keep_refusal(key, actor, "approve", refusal, now=act.at)
        return
    raise ValueError(f"{act.who} may approve {key}")


_VERBS: Mapping[str, Callable[[Act, Actor, str], object]] = {
    **ringi.VERBS,
    "approve": ringi.say,
    "try_to_approve": _try_to_approve,
    "return": ringi.say,
    "reject": ringi.say,
    "undo": _undo,
    "revoke": _revoke,
    "edit": _edit,
    "submit": lambda act, actor, key: purchases.submit(actor, key, now=act.at),
    "withdraw": lambda act, actor, key: purchases.withdraw(actor, key, now=act.at),
    "drop": lambda act, actor, key: purchases.drop(actor, key, now=act.at),
    "comment": lambda act, actor, key: threads.say(actor, key, act.says or "", act.content, now=act.at),
    "leave": _leave,
    "be_away": _be_away,
    "absence_begins": lambda act, _actor, _key: staffing.sweep(now=act.at) and None,
}
