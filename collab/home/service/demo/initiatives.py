"""The joint initiatives of the sample company with their charters, pilots, blueprints and purchases, from
`config/demo/initiatives.toml`: all their acts in the order in which they happened, each through the service a page would call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from collab.blueprints import service as blueprints
from collab.blueprints.queries.quarters import days_of, quarter_of
from collab.blueprints.service import answering, differing, drifting
from collab.calendars.queries import calendar_or_default
from collab.home.rules import begin, day_from
from collab.home.service.demo import acts
from collab.home.service.demo.company import address
from collab.initiatives import service
from collab.initiatives.service import chartering
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import db
from collab.people import queries as people
from collab.signatures import queries as signatures
from collab.signatures import service as signing
from collab.tasks import service as tasks

CHARTER = "charter"
APART = timedelta(minutes=5)
QUARTER = "Q"
"""What a moment begins with that counts back from the end of the last quarter: "Q-14d 10:20"."""
_DAYS = ("due_on", "ends_on", "stops_on", "on", "needed_by_on")
_PEOPLE = ("member", "owner", "lifter", "owner_1", "owner_2")


@dataclass
class Told:
    """What the replay has to remember: keys of initiatives by their name, numbers of what stands in them by theirs, the keys of
    tasks and requests."""

    keys: dict[str, str] = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    tasks: dict[tuple[str, str], str] = field(default_factory=dict)
    requests: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One line of a story: who did what with which initiative, when, and what they said."""

    at: datetime
    order: int
    initiative: str
    who: str
    does: str
    said: Mapping[str, Any]


def set_initiatives(data: Mapping[str, Any], *, now: datetime) -> int:
    """Replay them; returns how many requests were filed for them. Raises KeyError for a name nobody has."""
    told = Told()
    for act in sorted(_acts(data["initiative"], now), key=lambda act: (act.at, act.order)):
        db.session.flush()
        db.session.expire_all()
        try:
            _perform(act, told)
        except Exception as error:
            error.add_note(f"{act.initiative} {act.at:%Y-%m-%d %H:%M} {act.who} {act.does}")
            raise
    return len(told.requests)


def _acts(entries: list[Mapping[str, Any]], now: datetime) -> Iterator[Act]:
    order = 0
    for entry in entries:
        last: dict[str, datetime] = {}
        written = {name: value for name, value in entry.items() if name != "story"}
        lines = [{"at": entry["begun"], "who": entry["by"], "does": "create", "said": written}, *entry["story"]]
        for line in lines:
            order += 1
            said = line.get("said") or {
                name: value for name, value in line.items() if name not in ("at", "who", "does")
            }
            kind = _kind_of(line["at"])
            last[kind] = _moment(line["at"], line["who"], now, after=last.get(kind))
            yield Act(last[kind], order, entry["name"], line["who"], line["does"], said)


def _kind_of(written: str) -> str:
    """Lines that count in one way keep their order, however holidays of two countries move them."""
    return QUARTER if written.startswith(QUARTER) else "bd" if "bd" in written else "d"


def _moment(written: str, who: str, now: datetime, *, after: datetime | None) -> datetime:
    """Business hours of whoever acted, `after` what was done before; never after now."""
    calendar = calendar_or_default(_who(who, now).calendar if who else company().calendar)
    at = _begin(written, calendar, now)
    if after is not None and at <= after:
        at = calendar.next_opening(after + APART)
    return min(at, now)


def _begin(written: str, calendar: BusinessCalendar, now: datetime) -> datetime:
    if not written.startswith(QUARTER):
        return begin(written, calendar, now)
    first = days_of(quarter_of(now))[0]
    noon = datetime.combine(first, time(12), calendar.zone)
    return begin(written.removeprefix(QUARTER), calendar, noon)


def _perform(act: Act, told: Told) -> None:
    if not act.who:
        _SWEEPS[act.does](act.at)
        return
    actor = _who(act.who, act.at)
    if act.does == "create":
        told.keys[act.initiative] = _create(actor, act)
        return
    _VERBS[act.does](actor, told.keys[act.initiative], _spelt(act, actor), act, told)


def _create(actor: Actor, act: Act) -> str:
    fields = {name: value for name, value in act.said.items() if name not in ("name", "by", "begun", "leads")}
    leads = [_lead(slot, written) for slot, written in enumerate(act.said["leads"], 1)]
    days = {name: day_from(fields[name], day_in(act.at, actor.zone)) for name in ("stops_on",) if name in fields}
    return service.create(actor, {**fields, **days, "leads": leads}, now=act.at).key


def _lead(slot: int, written: str) -> dict[str, Any]:
    department, name, *area = written.split(":")
    return {"slot": slot, "department": department, "member": address(name), **({"area": area[0]} if area else {})}


def _spelt(act: Act, actor: Actor) -> dict[str, Any]:
    """What was said with days and people spelt out; names of things stay with the act."""
    today = day_in(act.at, actor.zone)
    return {name: _value(name, value, today) for name, value in act.said.items() if name not in ("called", "of")}


def _value(name: str, value: Any, today: date) -> Any:
    if name in _DAYS:
        return day_from(value, today)
    if name == "owners":
        return [address(one) for one in value]
    return address(value) if name in _PEOPLE else value


Verb = Callable[[Actor, str, dict[str, Any], Act, Told], object]


def _sign(actor: Actor, key: str, said: dict[str, Any], act: Act, told: Told) -> None:
    """The newest sheet of the paper; of a definition the one it is named by."""
    paper = said.get("paper", CHARTER)
    if paper == "definition":
        paper = f"definition-{_number(act, told)}"
    sheet = signatures.find_sheet(key, paper)
    if sheet is None:
        raise KeyError(paper)
    signing.sign(actor, sheet.id, seen_version=sheet.version, source="web", now=act.at)


def _number(act: Act, told: Told) -> int:
    return told.numbers[act.initiative, act.said["of"]]


def _numbered(verb: Callable[..., Any]) -> Verb:
    """Something is written down that is spoken of later by a name."""

    def perform(actor: Actor, key: str, said: dict[str, Any], act: Act, told: Told) -> None:
        made = verb(actor, key, said, now=act.at)
        if "called" in act.said:
            told.numbers[act.initiative, act.said["called"]] = made if isinstance(made, int) else made.id

    return perform


def _about(verb: Callable[..., Any]) -> Verb:
    """Something is done with what has a number."""

    def perform(actor: Actor, key: str, said: dict[str, Any], act: Act, told: Told) -> None:
        verb(actor, key, _number(act, told), **said, now=act.at)

    return perform


def _plainly(verb: Callable[..., Any]) -> Verb:
    """What was said goes in one by one."""
    return lambda actor, key, said, act, _told: verb(actor, key, **said, now=act.at)


def _whole(verb: Callable[..., Any]) -> Verb:
    """What was said goes in as one."""
    return lambda actor, key, said, act, _told: verb(actor, key, said, now=act.at)


def _differ(actor: Actor, key: str, said: dict[str, Any], act: Act, told: Told) -> None:
    told.tasks[act.initiative, act.said["called"]] = differing.differ(actor, key, **said, now=act.at)


def _task(actor: Actor, _key: str, said: dict[str, Any], act: Act, told: Told) -> None:
    words = {name: value for name, value in said.items() if name != "verb"}
    getattr(tasks, said["verb"])(actor, told.tasks[act.initiative, act.said["of"]], **words, now=act.at)


def _request(_actor: Actor, key: str, _said: dict[str, Any], act: Act, told: Told) -> None:
    """A request for the initiative is filed, or something happens to it."""
    words = dict(act.said)
    story, does, says = words.pop("story"), words.pop("verb"), words.pop("says", None)
    if does in acts.STARTS:
        words["initiative"] = key
    acts.perform(acts.Act(act.at, act.who, does, story, says=says, content=words), told.requests)


_VERBS: Mapping[str, Verb] = {
    "take_part": _plainly(service.add_participant),
    "write_charter": _whole(chartering.write),
    "lay_charter": _plainly(chartering.lay),
    "sign": _sign,
    "start": _plainly(service.start),
    "pilot": _whole(service.pilot),
    "vote": _plainly(service.vote),
    "close": _plainly(service.close),
    "learn": _plainly(service.learn),
    "health": _plainly(service.say_health),
    "milestone": _numbered(service.add_milestone),
    "reach": _about(service.reach_milestone),
    "log": _numbered(service.add_entry),
    "close_risk": _about(service.close_risk),
    "constraint": _numbered(service.add_constraint),
    "lift": _about(service.lift),
    "blueprint": _plainly(blueprints.open_blueprint),
    "point": _numbered(blueprints.add_point),
    "source": _numbered(blueprints.add_source),
    "define": _numbered(blueprints.define),
    "lay_definition": _about(blueprints.lay_definition),
    "require": _numbered(blueprints.ask),
    "name_answerer": _about(blueprints.name_answerer),
    "commit": _about(blueprints.commit_to),
    "counter": _about(blueprints.counter),
    "decline": _about(blueprints.decline),
    "met": _about(blueprints.met),
    "withdraw": _about(blueprints.withdraw),
    "lay_blueprint": _plainly(blueprints.lay),
    "cite": _plainly(blueprints.cite),
    "ask_both": _plainly(answering.open_dialogue),
    "answer": _whole(answering.answer),
    "differ": _differ,
    "task": _task,
    "request": _request,
}
_SWEEPS: Mapping[str, Callable[[datetime], object]] = {
    "sweep_pilots": lambda at: service.sweep(now=at),
    "sweep_drift": lambda at: drifting.sweep(now=at),
}


def _who(name: str, now: datetime) -> Actor:
    """Raises KeyError for somebody who is no member."""
    found = people.find_actor_by_email(address(name), now)
    if found is None:
        raise KeyError(name)
    return found
