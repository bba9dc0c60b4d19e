"""A review in its reader's words: one section for each thing that counts, each a few figures and a table. Pages and paper show the
same sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from collab.dashboards.messages import hours, side
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.reviews import rules
from collab.reviews.rules import Content, Rows, Seen
from collab.reviews.views.cells import Chip, Link, Section, Stat, link_to, percent, points, with_unit

LOOKS = {"on_track": "ok", "at_risk": "warn", "off_track": "bad", "paused": "neutral", "unsaid": "info"}
NUMBERS = {
    "goals": {3, 4}, "departments": {2, 3, 4, 5}, "promises": {2, 3, 4}, "decisions": {2}, "spending": {3, 4}, "between": {3, 4, 5, 6},
    "incidents": {4}, "pulses": {3, 4},
}  # fmt: skip
"""Columns that hold numbers, counted from 1."""
FEW = 2
"""How many goals stand at once on the page at least."""


@dataclass(frozen=True)
class Teller:
    """Says the figures of one review to one reader; `before` are those of the review it is compared with."""

    content: Content
    now: Seen
    before: Seen | None
    how: Reader
    names: Mapping[str, str] = field(default_factory=dict)

    def sections(self) -> list[Section]:
        """Those with something in them, in the order executives read."""
        made: Iterable[Callable[[], Section]] = (
            self.goals, self.departments, self.closed, self.moved, self.promises, self.decisions, self.spending, self.initiatives,
            self.between, self.incidents, self.pulses, self.conditions,
        )  # fmt: skip
        return [one for make in made if not (one := make()).empty]

    def goals(self) -> Section:
        """How goals stand, and each with what both sides believe."""
        counts = rules.by_status(self._rows("goals"))
        before = rules.by_status(self.before.rows["goals"]) if self.before else None
        changes = rules.compared(counts, before)
        parts = [{"n": n, "label": self._group(group), "look": LOOKS[group]} for group, n in counts.items()]
        stats = [
            Stat(str(n), self._group(group), self._change(changes[group]))
            for group, n in counts.items()
            if n or changes[group]
        ]
        rows = sorted(self._rows("goals"), key=lambda row: (not _tells(row), _severity(row), row["key"]))
        first = max(sum(map(_tells, rows)), FEW)
        return self._section("goals", [self._goal(row) for row in rows], stats=stats, parts=parts, first=first)

    def departments(self) -> Section:
        """Departments by name, nobody ranked; how far apart the furthest two are."""
        units = rules.by_department(self._rows("goals"))
        apart = rules.spread(units)
        note = self._say("note.spread", n=apart) if apart is not None else ""
        rows = [
            [self._department(unit.code), *(str(unit.counts[group]) for group in ("on_track", "at_risk", "off_track")), points(unit.gap)]
            for unit in units
        ]  # fmt: skip
        return self._section("departments", rows if len(units) > 1 else [], note=note)

    def closed(self) -> Section:
        """Goals that were closed, with their result."""
        rows = [
            [link_to(row), self._departments(row), self.how.say(f"goal.result.{row['result']}")]
            for row in self._rows("closed")
        ]
        return self._section("closed", rows)

    def moved(self) -> Section:
        """What was changed on running goals."""
        rows = [
            [link_to(row), self.how.say(f"goal.report.kind.{row['kind']}"), row["metric"] or "", self._day(row["at"])]
            for row in self._rows("moved")
        ]  # fmt: skip
        return self._section("moved", rows)

    def promises(self) -> Section:
        """What customers were promised and what they get."""
        rows = [
            [link_to(row), with_unit(row["promised"], row), with_unit(row["experienced"], row), with_unit(row["gap"], row), self._kept(row)]
            for row in self._rows("promises")
        ]  # fmt: skip
        return self._section("promises", rows)

    def decisions(self) -> Section:
        """How many, how fast, what went past the route."""
        rows = self._rows("decisions")
        found, before = rules.decisions(rows), rules.decisions(self.before.rows["decisions"]) if self.before else None
        if not rows:
            return self._section("decisions", [])
        stats = [
            Stat(str(getattr(found, name)), self._say(f"stat.{name}"), self._change(getattr(found, name) - getattr(before, name) if before else None))
            for name in ("decided", "rejected", "revoked", "after_the_fact")
        ]  # fmt: skip
        stats.append(Stat(self._hours(found.median_minutes), self._say("stat.median")))
        sides = [[self._side(code), str(n)] for code, n in found.sides.items()]
        return self._section("decisions", sides, stats=stats)

    def spending(self) -> Section:
        """What was decided, by side and category, each currency by itself."""
        found = rules.spending(self._rows("decisions"))
        rows = [
            [self._side(one.side), self.how.say(f"purchase.category.{one.category}"), str(one.n), self.how.show(Money(one.minor, one.currency))]
            for one in found
        ]  # fmt: skip
        yes = [row for row in self._rows("decisions") if row["state"] in ("approved", "purchased")]
        without = sum(row["total"] is None for row in yes)
        return self._section("spending", rows, note=self._say("note.amounts", n=without) if without else "")

    def initiatives(self) -> Section:
        """Joint work, its pilots, and what was learnt."""
        rows = [
            [link_to(row), self._departments(row), Chip(row["state"], self.how.say(f"initiative.state.{row['state']}")), self._outcome(row), row["lesson"] or ""]
            for row in self._rows("initiatives")
        ]  # fmt: skip
        return self._section("initiatives", rows)

    def between(self) -> Section:
        """Who waits on whom, and how fast they answer each other."""
        found = rules.between(self._rows("waiting"), self._rows("answers"))
        rows = [
            [self._department(one.waits), self._department(one.on), str(one.open), str(one.late), str(one.answered), self._hours(one.median_minutes)]
            for one in found
        ]  # fmt: skip
        hidden = self.now.hidden.get("waiting", 0) + self.now.hidden.get("answers", 0)
        return self._section("between", rows, hidden=hidden)

    def incidents(self) -> Section:
        """Brand incidents and how long the public waited for an answer."""
        rows = [
            [link_to(row), self._department(row["department"]), Chip(row["state"], self.how.say(f"incident.state.{row['state']}")), self._hours(row["minutes"])]
            for row in self._rows("incidents")
        ]  # fmt: skip
        return self._section("incidents", rows)

    def pulses(self) -> Section:
        """How far apart departments see things."""
        rows = [
            [Link(row["key"], f"/pulses/{row['key']}", ""), self._day(row["ended_at"]), "" if row["index"] is None else str(row["index"]), str(row["answered"])]
            for row in self._rows("pulses")
        ]  # fmt: skip
        return self._section("pulses", rows)

    def conditions(self) -> Section:
        """What was promised with a yes and is not done."""
        rows = [
            [Link(row["key"], f"/purchases/{row['key']}#conditions", ""), row["text"], row[self._locale], self.how.day(date.fromisoformat(row["due_on"]))]
            for row in self._rows("conditions")
        ]  # fmt: skip
        return self._section("conditions", rows)

    @property
    def _locale(self) -> str:
        return "ja" if self.how.locale == "ja" else "en"

    def _rows(self, name: str) -> Rows:
        return self.now.rows[name]

    def _section(self, code: str, rows: Sequence[Sequence[Any]], *, hidden: int | None = None, **more: Any) -> Section:
        head = [self._say(f"column.{code}.{number}") for number in range(1, len(rows[0]) + 1)] if rows else []
        left_out = self.now.hidden.get(code, 0) if hidden is None else hidden
        numbers = frozenset(NUMBERS.get(code, ()))
        return Section(
            code, self._say(f"section.{code}"), head=head, rows=rows, hidden=left_out, numbers=numbers, **more
        )

    def _say(self, key: str, **args: Any) -> str:
        return self.how.say(f"review.{key}", **args)

    def _goal(self, row: Mapping[str, Any]) -> list[Any]:
        owners = self.how.say("list.comma").join(
            self._say("owner", who=one[self._locale], unit=self._department(one["department"]),
                      n=self._say("none") if one["confidence"] is None else f"{one['confidence']}")
            for one in row["owners"]
        )  # fmt: skip
        return [
            link_to(row),
            Chip(row["group"], self._trend(row)),
            percent(row["progress"]),
            percent(row["expected"]),
            owners,
            self._apart(row),
        ]

    def _trend(self, row: Mapping[str, Any]) -> str:
        here = self._group(row["group"])
        was = row["was"]
        return self._say("was", now=here, then=self._group(was)) if was and was != row["group"] else here

    def _apart(self, row: Mapping[str, Any]) -> str:
        if row["divergence"] is None:
            return ""
        return self._say("apart" if row["apart"] else "together", n=row["divergence"])

    def _outcome(self, row: Mapping[str, Any]) -> str:
        said = [self.how.say(f"initiative.result.{row['result']}")] if row["result"] else []
        return " · ".join([*said, *([row["outcome"]] if row["outcome"] else [])])

    def _kept(self, row: Mapping[str, Any]) -> Chip:
        if row["broken"]:
            return Chip("off_track", self._say("promise.broken"))
        return (
            Chip("at_risk", self._say("promise.short")) if row["short"] else Chip("on_track", self._say("promise.kept"))
        )

    def _group(self, code: str) -> str:
        return self.how.say(f"dashboard.group.{code}")

    def _side(self, code: str) -> str:
        return self.how.show(side(code))

    def _department(self, code: str) -> str:
        found = self.content["departments"].get(code)
        return str(found[self._locale]) if found else code

    def _departments(self, row: Mapping[str, Any]) -> str:
        return self.how.show([self._department(code) for code in row["departments"]])

    def _day(self, moment: str) -> str:
        return self.how.day(day_in(datetime.fromisoformat(moment), self.how.zone))

    def _hours(self, minutes: int | None) -> str:
        return "" if minutes is None else hours(minutes, self.how)

    def _change(self, by: int | None) -> str:
        return "" if by is None else self._say("same") if by == 0 else self._say("change", n=f"{by:+d}")


def _tells(row: Mapping[str, Any]) -> bool:
    """Whether executives read of this goal first: it is behind, or its owners see it differently."""
    return row["group"] in ("off_track", "at_risk") or bool(row["apart"])


def _severity(row: Mapping[str, Any]) -> int:
    order = ("off_track", "at_risk", "on_track", "unsaid", "paused")
    return order.index(row["group"])
