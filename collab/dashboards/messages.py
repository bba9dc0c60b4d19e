"""What dashboards say: names of groups, steps, seats and sides, hours, and what stands above the rows of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from collab.dashboards.rules.figures import Figure
from collab.goals.queries.stages import stage_names
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.people import queries as people

PAGES = {
    "goals": "/dashboards/goals",
    "approvals": "/dashboards/approvals",
    "flow": "/dashboards/flow",
    "spend": "/dashboards/spend",
}
SIDES = frozenset({"business", "it", "corporate"})
"""Sides that have a name of ours."""


@dataclass(frozen=True)
class Names:
    """Departments and journey stages by code, as rows with a name in both languages."""

    departments: Mapping[str, Any]
    stages: Mapping[str, Any]

    def department(self, code: str) -> Any:
        """A department; one that is gone by its code."""
        return self.departments.get(code, code)

    def place(self, code: str) -> int:
        """Where a journey stage stands; what has none stands last."""
        return list(self.stages).index(code) if code in self.stages else len(self.stages)

    def stage(self, code: str) -> Any:
        """A journey stage, or that there is none."""
        return self.stages.get(code, Text("dashboard.no_stage"))


def names_now() -> Names:
    """Two statements."""
    return Names({row.code: row for row in people.list_departments()}, {one.code: one for one in stage_names()})


def side(code: str) -> Any:
    """A side of the company by name; one of the company's own by its code."""
    return Text(f"people.side.{code}") if code in SIDES else code or Text("dashboard.no_side")


def hours(minutes: int | None, how: Reader) -> str:
    """Business minutes as hours, to a tenth; a dash where nothing was measured."""
    if minutes is None:
        return how.say("dashboard.none")
    return how.say("dashboard.hours", n=f"{minutes / 60:.1f}".removesuffix(".0"))


def per_cent(share: int | None, how: Reader) -> str:
    """A share; a dash of nothing."""
    return how.say("dashboard.none") if share is None else how.say("dashboard.per_cent", n=share)


def post(code: str, name_ja: str, names: Names) -> Any:
    """A seat: an office by its code, the lead of a department, or a step by its name."""
    kind, _, name = code.partition(":")
    if kind == "lead":
        return Text("dashboard.lead_of", {"department": names.department(name)})
    return Text("route.step_name", {"en": name, "ja": name_ja}) if kind == "step" else name


def week_said(code: str) -> Text:
    """A week ("2026-W47") by its Monday."""
    year, _, week = code.partition("-W")
    return Text("dashboard.week_of", {"monday": date.fromisocalendar(int(year), int(week), 1)})


def month_said(code: str) -> Text:
    """A month ("2026-05") by its name."""
    year, _, month = code.partition("-")
    return Text(f"dashboard.month.{month}", {"year": year})


def label_of(figure: Figure, names: Names) -> Text:
    """What stands above the rows of a figure."""
    board, _, kind = figure.code.partition(".")
    parts = figure.of.split(":")
    about: dict[str, Any] = {"of": figure.of}
    if board == "goals" and kind in ("status", "department", "side", "stage"):
        about = {"group": Text(f"dashboard.group.{parts[-1]}"), "of": _goals_of(kind, parts[0], names)}
    elif figure.code == "goals.week":
        about = {"group": Text(f"dashboard.group.{parts[-1]}"), "of": week_said(parts[0])}
    elif board == "flow" and ">" in figure.of:
        one, _, other = figure.of.partition(">")
        about = {"waits": names.department(one), "on": names.department(other)}
    elif figure.code in ("flow.all", "approvals.share", "approvals.age"):
        return Text(f"dashboard.only.{board}.{kind}.{figure.of.replace('-', '_')}")
    elif figure.code == "approvals.seat":
        about = {"of": post(figure.of, figure.name_ja, names)}
    elif figure.code in ("approvals.step", "approvals.late", "approvals.route"):
        about = {"of": Text("route.step_name", {"en": figure.name_en or figure.of, "ja": figure.name_ja})}
    elif board == "spend":
        about = {
            "of": month_said(parts[0])
            if kind == "month"
            else Text(f"dashboard.spend.{parts[-1]}")
            if kind in ("total", "side", "category")
            else parts[0]
        }
    return Text(f"dashboard.only.{board}.{kind}", about)


def _goals_of(kind: str, code: str, names: Names) -> Any:
    return {"status": "", "department": names.department(code), "stage": names.stage(code), "side": side(code)}[kind]
