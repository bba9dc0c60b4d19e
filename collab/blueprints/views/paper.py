"""What the page of a blueprint shows one viewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.blueprints.messages.papers import LABELS, Said
from collab.blueprints.queries import blueprints, citing, coverage
from collab.blueprints.queries.blueprints import BlueprintView
from collab.blueprints.queries.items import DefinitionView, Justified, PointView, RequirementView, SourceView
from collab.blueprints.queries.waiting import waits_for
from collab.blueprints.rules.differences import Change
from collab.blueprints.rules.questions import SIDES
from collab.blueprints.rules.requirements import OPEN, other
from collab.blueprints.service.drawing import Drawn, sides_here
from collab.blueprints.service.standing import passes
from collab.blueprints.views.naming import definition_sheets, goals_in, people_in
from collab.blueprints.views.panel import marks
from collab.goals import queries as goals
from collab.goals.queries import GoalView
from collab.goals.queries.stages import stage_names
from collab.initiatives.queries import InitiativeView, relations_of
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.signatures import queries as sheets
from collab.signatures.queries import SheetView
from collab.web.moments import due_state, due_words

VERBS = ("commit", "counter", "decline", "agree", "met", "withdraw", "name_answerer")


@dataclass(frozen=True)
class View:
    """One blueprint before one viewer."""

    me: Actor
    initiative: InitiativeView
    blueprint: BlueprintView | None
    how: Reader
    now: datetime

    def may(self, verb: str) -> bool:
        """Whether the viewer may do a verb of the whole blueprint now."""
        return permits.allows(f"blueprint.{verb}", relations_of(self.me, self.initiative), self.initiative.state)


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at a blueprint, opened or not. Raises NotFound."""
    initiative = blueprints.get_initiative(me, key)
    return View(me, initiative, blueprints.find_whole(initiative), how, now)


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    base = {
        "row": view.initiative, "here": f"/initiatives/{view.initiative.key}/blueprint", "blueprint": view.blueprint,
        "may": {verb: view.may(verb) for verb in ("open", "draw", "ask", "lay", "cite")}, "units": _leading(view),
    }  # fmt: skip
    if view.blueprint is None:
        return base
    words = Words(view)
    return {
        **base, "marks": marks(view.blueprint.counts(view.now), view.how), **_choices(view),
        "points": [words.point(one) for one in view.blueprint.points],
        "requirements": [words.requirement(one) for one in _by_need(view.blueprint.requirements)],
        "sources": [words.source(one) for one in view.blueprint.sources],
        "definitions": [words.definition(one) for one in view.blueprint.definitions],
        "blind": [words.stage(one.journey_stage) for one in coverage.coverage(view.blueprint) if not one.sources],
        "versions": [words.version(one) for one in citing.list_versions(view.me, view.initiative.key)],
        "changes": words.changes(citing.since_signed(view.blueprint)), "citations": _citations(view),
    }  # fmt: skip


def version_page(view: View, sheet: SheetView) -> dict[str, Any]:
    """One version as it was laid out."""
    words = Words(view)
    content = blueprints.without_hidden(view.me, dict(sheet.content))
    before = citing.signed_before(sheet.subject_key, sheet.version)
    return {
        "row": view.initiative, "here": f"/initiatives/{view.initiative.key}/blueprint", "sheet": words.version(sheet),
        "before": before.version if before else None, "changes": words.changes(citing.differences(before, sheet)),
        "groups": [(kind, words.frozen(kind, content.get(kind, ()))) for kind in LABELS if content.get(kind)],
    }  # fmt: skip


def _by_need(found: Sequence[RequirementView]) -> list[RequirementView]:
    """What somebody must act on first, the most pressing on top."""
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at.isoformat() if one.due_at else "", -one.id))


def _leading(view: View) -> dict[int, str]:
    """The departments of the two sides; a side whose lead is gone says so."""
    units = {row.code: row for row in people.list_departments()}
    nobody = {side: view.how.say("blueprint.page.no_lead") for side in SIDES}
    return {**nobody, **{held.slot: view.how.name(units[held.department]) for held in view.initiative.leads}}


def _choices(view: View) -> dict[str, Any]:
    """What the forms offer; nothing to whoever draws nothing."""
    if not view.may("draw"):
        return {"stages": [], "goals": [], "owners": {1: [], 2: []}, "members": [], "departments": []}
    how = view.how
    actors = [one for one in people.list_actors(view.now) if "member" in one.roles]
    sides = {one.id: sides_here(one, view.initiative) for one in actors}
    named = {one.id: (one.email, f"{one.name(how.locale)} · {one.email}") for one in actors}
    return {
        "stages": [(stage.code, how.name(stage)) for stage in stage_names()],
        "goals": [(goal.key, f"{goal.key} {goal.title}") for goal in goals.list_goals(view.me, live=True)],
        "owners": {side: [named[one.id] for one in actors if side in sides[one.id]] for side in (1, 2)},
        "members": list(named.values()), "departments": [(row.code, how.name(row)) for row in _offered(view)],
    }  # fmt: skip


def _offered(view: View) -> Sequence[Any]:
    """The departments a source may be of, or used by; those that are named already stay."""
    sources = view.blueprint.sources if view.blueprint else ()
    return people.list_open_departments(keep={code for one in sources for code in (one.department, *one.used_by)})


def _citations(view: View) -> list[dict[str, Any]]:
    found = citing.citations_of(view.me, view.initiative.key)
    names = people.names_of(one.by for one in found)
    return [
        {
            "version": one.version,
            "subject": one.subject,
            "who": view.how.name(names[one.by]),
            "at": view.how.moment(one.at),
        }
        for one in found
    ]


class Words:
    """Items in the reader's words: people by name, goals as far as the reader may see them."""

    def __init__(self, view: View) -> None:
        self.view, self.how = view, view.how
        self._stages = {stage.code: view.how.name(stage) for stage in stage_names()}
        self._units = {row.code: view.how.name(row) for row in people.list_departments()}
        ids, sides = set(people_in(view.initiative, view.blueprint)), _leading(view)
        self._names, self._here, self._emails = people.names_of(ids), people.list_active(ids), people.emails_of(ids)
        self._tied = goals.list_tied(view.me, goals_in(view.blueprint))
        self._sheets = definition_sheets(view.initiative, view.blueprint)
        self._by_key: dict[str, GoalView | None] = {goal.key: goal for goal in self._tied.values()}
        self._by_email: dict[str, people.Named | None] = {}
        self._said = Said(
            lambda code, _how: self.stage(code), self._named, lambda code, _how: self._units.get(code, code), self._goal,
            lambda number, how: sides.get(int(number), how.say(f"blueprint.side.{number}")),
        )  # fmt: skip

    def _named(self, email: str, how: Reader) -> str:
        if email not in self._by_email:
            self._by_email[email] = people.names_by_email([email]).get(email)
        named = self._by_email[email]
        return how.name(named) if named else email

    def _goal(self, key: str, _how: Reader) -> str:
        goal = self._seen(key)
        return f"{goal.key} {goal.title}" if goal else key

    def _seen(self, key: str) -> GoalView | None:
        """A goal by key, asked for once however often it is named."""
        if key not in self._by_key:
            self._by_key[key] = goals.find_seen(self.view.me, key)
        return self._by_key[key]

    def stage(self, code: str | None) -> str:
        """A journey stage's name."""
        return self._stages.get(code or "", code or "")

    def person(self, member: int) -> dict[str, Any]:
        """Somebody, and whether they have left."""
        named = self._names.get(member)
        return {"name": self.how.name(named) if named else "–", "left": member not in self._here}

    def serves(self, one: Justified) -> dict[str, Any]:
        """Whom an item serves."""
        goal = self._tied.get(one.goal or 0)
        return {
            "journey_stage": one.journey_stage or "", "stage": self.stage(one.journey_stage), "goal": goal,
            "goal_hidden": bool(one.goal) and goal is None, "unjustified_reason": one.unjustified_reason or "",
        }  # fmt: skip

    def point(self, one: PointView) -> dict[str, Any]:
        """A meeting point; `value` is what its form begins with."""
        owners = [self.person(one.owner_1), self.person(one.owner_2)]
        value = {"owner_1": self._emails.get(one.owner_1), "owner_2": self._emails.get(one.owner_2)}
        return {
            **_plain(one, "id", "process", "system", "detail"),
            "owners": owners,
            "value": value,
            **self.serves(one),
        }

    def requirement(self, one: RequirementView) -> dict[str, Any]:
        """A requirement: who owes what by when, and what the viewer may do."""
        late = waits_for(one, self.view.initiative)
        runs = one.state in OPEN
        return {
            **_plain(one, "id", "title", "detail", "side", "state", "answer"), **self.serves(one), "other": other(one.side),
            "asker": self.person(one.asker), "waits": self.person(late) if late and runs else None,
            "answerer": self.person(one.answerer) if one.answered_at and one.answerer else None,
            "needed_by": self.how.day(one.needed_by_on) if one.needed_by_on else "",
            "promised": self.how.day(one.promised_on) if one.promised_on else "",
            "too_late": bool(one.needed_by_on and one.promised_on and one.promised_on > one.needed_by_on and one.state in OPEN),
            "due": due_words(one.due_at, self.view.now, self.how) if runs else "", "due_state": due_state(one.due_at, self.view.now),
            "met_at": self.how.moment(one.met_at) if one.met_at else "", "can": self._can(one),
        }  # fmt: skip

    def _can(self, one: RequirementView) -> frozenset[str]:
        row = self.view.blueprint.row if self.view.blueprint else None
        if row is None:
            return frozenset()
        initiative, me = self.view.initiative, self.view.me
        held = Drawn(initiative, row, relations_of(me, initiative), {me.id: sides_here(me, initiative)})
        return frozenset(verb for verb in VERBS if passes(me, held, one, verb))

    def source(self, one: SourceView) -> dict[str, Any]:
        """A data source."""
        return {
            **_plain(one, "id", "name", "detail", "personal_data", "individual", "department"), **self.serves(one),
            "owner": self.person(one.owner), "unit": self._units.get(one.department, one.department),
            "used": [self._units.get(code, code) for code in one.used_by], "used_by": one.used_by,
            "value": {"owner": self._emails.get(one.owner)},
        }  # fmt: skip

    def definition(self, one: DefinitionView) -> dict[str, Any]:
        """A word, and where its ratification stands."""
        sheet = self._sheets.get(one.paper)
        sheet = sheet if sheet and sheet.version == one.version else None
        return {
            **_plain(one, "id", "term", "meaning", "version", "ratified"), "goals": [self._tied[goal] for goal in one.goals if goal in self._tied],
            "hidden": not set(one.goals) <= set(self._tied),
            "sheet": self.version(sheet) if sheet else None,
        }  # fmt: skip

    def version(self, sheet: SheetView) -> dict[str, Any]:
        """A sheet: who signed it, whom it waits for."""
        names = people.names_of(seat.member for seat in sheet.seats)
        seats = [
            {"name": self.how.name(names[seat.member]), "at": self.how.moment(seat.signed_at) if seat.signed_at else "",
             "unit": self._units.get(seat.department, seat.department)}
            for seat in sheet.seats
        ]  # fmt: skip
        return {
            "version": sheet.version, "state": sheet.state, "path": sheet.path, "seats": seats, "hash": sheet.hash[:12],
            "laid_at": self.how.moment(sheet.laid_at), "valid_at": self.how.moment(sheet.valid_at) if sheet.valid_at else "",
            "mine": sheets.may_sign(self.view.me, sheet),
        }  # fmt: skip

    def changes(self, found: Sequence[Change]) -> list[dict[str, Any]]:
        """What differs, in words: of what changed, each field before and after."""
        return [
            {
                "what": one.what, "title": self.how.say(f"blueprint.paper.{LABELS[one.kind]}", n=one.id, title=one.title),
                "fields": [
                    (self.how.say(f"blueprint.field.{name}"), self._value(name, before), self._value(name, after))
                    for name, before, after in one.fields
                ],
            }
            for one in found
        ]  # fmt: skip

    def _value(self, name: str, value: Any) -> str:
        if name in ("goal", "goals") and value:
            keys = [value] if name == "goal" else list(value)
            seen = [key for key in keys if self._seen(key)]
            value = (seen if name == "goals" else seen and seen[0]) or self.how.say(goals.HIDDEN)
        return self._said.value(name, value, self.how)

    def frozen(self, kind: str, items: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
        """Items of a version as it was signed: what each is, and its lines."""
        found = []
        for item in items:
            title = self.how.say(f"blueprint.paper.{LABELS[kind]}", n=item["id"], title=item[_TITLE[kind]])
            lines = self._said.item(kind, item, self.how).splitlines()
            hidden = (
                [f"{self.how.say('blueprint.field.goal')}: {self.how.say(goals.HIDDEN)}"]
                if item.get("goal_hidden")
                else []
            )
            found.append((title, [*lines, *hidden]))
        return found


_TITLE = {"points": "process", "requirements": "title", "sources": "name", "definitions": "term"}


def _plain(one: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
