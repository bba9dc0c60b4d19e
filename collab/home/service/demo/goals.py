"""The goals of the sample company and how half a year of them went, from `config/demo/goals.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.goals import service as goals
from collab.goals.queries import PREFIX
from collab.goals.queries.metrics import metrics_of
from collab.goals.service import (
    acknowledging,
    asking,
    changing,
    checking_in,
    discussing,
    keeping,
    linking,
    living,
    measuring,
    metrics,
    naming,
    sharing,
    stages,
    taking_part,
)
from collab.home.rules import begin, day_from
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.keys import number_of
from collab.nudges.rules.weeks import span_of, week_named
from collab.people import queries as people

JUST_NOW = timedelta(minutes=5)
WEEKS_KEPT = 3
AT_ONCE = 4  # measurements that came in together
WRITTEN = ("title", "outcome", "kind", "journey_stage", "visibility", "progress_from", "state")
DECIMALS = ("baseline", "target", "floor", "ceiling")


@dataclass(frozen=True)
class Act:
    """Something somebody did about a goal."""

    at: datetime
    who: str
    does: str
    goal: str = ""
    says: Mapping[str, Any] | None = None


def set_goals(data: Mapping[str, Any], *, founded: datetime, now: datetime) -> int:
    """Write the goals down and replay what happened since; returns how many there are. Raises KeyError for a name nobody
    has."""
    _set_stages(data.get("stage", ()), founded)
    keys = {entry["name"]: _write(entry, founded, now) for entry in data["goal"]}
    for entry in data["goal"]:
        _tie(entry, keys, founded)
    acts = [act for entry in data["goal"] for act in _acts(entry, now)]
    if asked := data.get("asked"):
        acts.append(Act(begin(asked, calendar_or_default(company().calendar), now), "", "ask"))
    acts += [Act(at, "", "keep") for at in _week_ends(now)]
    for act in sorted(acts, key=lambda act: act.at):
        _perform(act, keys)
    return len(keys)


def _week_ends(now: datetime) -> Iterator[datetime]:
    """Shortly after the last few weeks were over for the company: what moved since then can be told."""
    zone = ZoneInfo(company().zone)
    this_week = span_of(week_named(now, zone), zone)
    if this_week is not None:
        yield from (this_week[0] - back * timedelta(days=7) + JUST_NOW for back in range(WEEKS_KEPT))


def _set_stages(entries: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Every stage first, then what it hands to the next one."""
    cmo = _who("cmo", at)
    for entry in entries:
        fields = {name: entry[name] for name in ("name_en", "name_ja", "department")}
        stages.set_stage(cmo, entry["code"], fields, now=at, new=True)
    for entry in entries:
        if "hands_to" in entry:
            fields = {name: entry[name] for name in ("hands_to", "hands_over")}
            stages.set_stage(cmo, entry["code"], fields, now=at)


def _write(entry: Mapping[str, Any], founded: datetime, now: datetime) -> str:
    fields = {name: entry[name] for name in WRITTEN if name in entry}
    today = people.today(now)
    days = {f"{name}_on": day_from(entry[name], today) for name in ("starts", "due") if name in entry}
    measured = [_metric(one, people.today(founded)) for one in entry.get("metric", ())]
    named = {"accountable": _owners(entry["owners"]), "metrics": measured}
    return goals.create(_who(entry["by"], founded), {**fields, **days, **named}, now=founded)


def _metric(entry: Mapping[str, Any], founded_on: date) -> dict[str, Any]:
    fields = {name: Decimal(value) if name in DECIMALS else value for name, value in entry.items() if name != "series"}
    return {**fields, "baseline_on": founded_on} if "baseline" in fields else fields


def _tie(entry: Mapping[str, Any], keys: Mapping[str, str], at: datetime) -> None:
    parents = [{**one, "goal": keys[one["goal"]]} for one in entry.get("parents", ())]
    if parents:
        linking.set_parents(_who(entry["by"], at), keys[entry["name"]], parents, now=at)


def _acts(entry: Mapping[str, Any], now: datetime) -> Iterator[Act]:
    """All that happened to a goal, in any order: who said yes, what was measured, what people did."""
    name, means = entry["name"], entry.get("means", {})
    accepted = _accepted_at(entry, now)
    for number, (who, words) in enumerate(means.items()):
        yield Act(accepted + timedelta(minutes=20 * number), who, "accept", name, {"means": words})
    for who in entry.get("contributors", ()):
        said = {"member": address(who), "may_check_in": True}
        yield Act(accepted + timedelta(hours=1), next(iter(means)), "add_contributor", name, said)
    for position, metric in enumerate(entry.get("metric", ())):
        yield from _measured(entry, position, metric.get("series"), now)
    for one in entry.get("story", ()):
        said = {word: value for word, value in one.items() if word not in ("at", "who", "does")}
        yield Act(_moment(one["at"], one["who"], now), one["who"], one["does"], name, said)


def _moment(written: str, who: str, now: datetime) -> datetime:
    return now - JUST_NOW if written == "now" else begin(written, _calendar(who, now), now)


def _accepted_at(entry: Mapping[str, Any], now: datetime) -> datetime:
    """On the day a goal starts, from which on it runs; what starts later was agreed to a while ago."""
    starts = entry.get("starts", "-196d")
    days = starts if starts.startswith("-") else "-30d"
    return begin(f"{days} 10:30", calendar_or_default(company().calendar), now)


def _measured(
    entry: Mapping[str, Any], position: int, series: Mapping[str, Any] | None, now: datetime
) -> Iterator[Act]:
    if series is None:
        return
    today, values = people.today(now), series["values"]
    days = [today - timedelta(days=series["until"] + series["every"] * back) for back in reversed(range(len(values)))]
    told = [_figure(day, value, series) for day, value in zip(days, values, strict=True)]
    who = entry["owners"][0].partition(":")[2]
    for start in range(0, len(told), AT_ONCE):
        batch = told[start : start + AT_ONCE]
        yield Act(
            now - (today - batch[-1]["on"]), who, "measure", entry["name"], {"position": position, "entries": batch}
        )


def _figure(on: date, written: str, series: Mapping[str, Any]) -> dict[str, Any]:
    numerator, _, denominator = written.partition("/")
    figure = (
        {"numerator": Decimal(numerator), "denominator": Decimal(denominator)}
        if denominator
        else {"value": Decimal(written)}
    )
    return {"on": on, "source": series["source"], "sample": series.get("sample"), **figure}


def _perform(act: Act, keys: Mapping[str, str]) -> None:
    """Do one act; between two, forget rows read, as between two transactions. An error says which act it was."""
    db.session.flush()
    db.session.expire_all()
    try:
        if act.does == "keep":
            keeping.keep_week(now=act.at)
        elif act.does == "ask":
            audit.write_waiting()  # whoever is asked is found by the row of their goal's subject
            asking.ask_due(now=act.at)
        else:
            _VERBS[act.does](_who(act.who, act.at), keys[act.goal], dict(act.says or {}), act.at)
    except Exception as error:
        error.add_note(f"{act.goal} {keys.get(act.goal, '')} {act.at:%Y-%m-%d %H:%M} {act.who} {act.does}")
        raise


def _measure(actor: Actor, key: str, said: dict[str, Any], at: datetime) -> None:
    measuring.measure(actor, key, said["entries"], now=at, metric=_metric_of(key, said["position"]))


def _change_metric(actor: Actor, key: str, said: dict[str, Any], at: datetime) -> None:
    fields = {name: Decimal(value) if name in DECIMALS else value for name, value in said["fields"].items()}
    metric = _metric_of(key, said.get("position", 0))
    metrics.change_metric(actor, key, metric, fields, now=at, reason=said["reason"])


def _metric_of(key: str, position: int) -> int:
    goal = number_of(PREFIX, key)
    return metrics_of([goal])[goal][position].id


def _add_contributor(actor: Actor, key: str, said: dict[str, Any], at: datetime) -> None:
    sharing.add_contributor(actor, key, said["member"], may_check_in=said["may_check_in"], now=at)


_VERBS: Mapping[str, Callable[[Actor, str, dict[str, Any], datetime], object]] = {
    "accept": lambda actor, key, said, at: living.accept(actor, key, said["means"], now=at),
    "plan": lambda actor, key, _said, at: living.plan(actor, key, now=at),
    "close": lambda actor, key, said, at: living.close(actor, key, **said, now=at),
    "pause": lambda actor, key, said, at: living.pause(actor, key, said["reason"], now=at),
    "name_owners": lambda actor, key, said, at: naming.name_owners(actor, key, _owners(said["owners"]), now=at),
    "change": lambda actor, key, said, at: changing.change(actor, key, said["fields"], now=at, reason=said["reason"]),
    "change_metric": _change_metric,
    "measure": _measure,
    "check_in": lambda actor, key, said, at: checking_in.check_in(actor, key, said, now=at),
    "acknowledge": lambda actor, key, _said, at: acknowledging.acknowledge(actor, key, now=at),
    "discuss": lambda actor, key, said, at: discussing.discuss(actor, key, said["note"], now=at),
    "take_part": lambda actor, key, said, at: taking_part.take_part(actor, key, said["part"], now=at),
    "add_contributor": _add_contributor,
}


def _owners(written: Iterable[str]) -> list[dict[str, str]]:
    pairs = (one.partition(":") for one in written)
    return [{"department": department, "member": address(name)} for department, _, name in pairs]


def _calendar(name: str, now: datetime) -> Any:
    return calendar_or_default(_who(name, now).calendar)


def _who(name: str, now: datetime) -> Actor:
    """Raises KeyError for somebody who is no member."""
    found = people.find_actor_by_email(address(name), now)
    if found is None:
        raise KeyError(name)
    return found
