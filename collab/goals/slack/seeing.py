"""`/collab goal list | show G-1 | new`: my goals with how they stand, one goal, the form of a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from collab.goals import service
from collab.goals.messages import seeing
from collab.goals.messages.seeing import CardNow, Listed, Owned, Writing
from collab.goals.queries import PREFIX, GoalView, get_goal, relations_of
from collab.goals.queries.accepting import mark_of
from collab.goals.queries.branches import Branch
from collab.goals.queries.habits import today
from collab.goals.queries.lists import OPEN_ONES, Filter, find_worst, list_mine
from collab.goals.queries.owning import answering
from collab.goals.queries.rhythm import next_asks
from collab.goals.queries.sight import relations
from collab.goals.queries.standing import Said, Standing, standings
from collab.goals.rules import RUNNING
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import plain_number
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import identity
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk

NOUN = "goal"
MOST = 7
KINDS = ("increase", "decrease", "reach", "stay_above", "stay_below")
_FIELDS = {
    "accountable.1.member": "person", "accountable.1.department": "person", "accountable": "person",
    "metric.name": "metric", "metric.kind": "kind", "metric.baseline": "baseline", "metric.baseline_on": "baseline",
    "metric.target": "target", "starts_on": "due_on",
}  # fmt: skip
"""Fields of the service by their place in the form."""


def install() -> None:
    """Make commands, buttons and the form known."""
    words = edges.vocabulary
    words.add(Command("goal.lists", show_list, ("list", "ls", "一覧"), noun=NOUN, rank=21))
    words.add(
        Command(
            "goal.show", show, ("show", "view", "open", "表示"), noun=NOUN, takes=KEY, prefix=PREFIX, rank=21
        )
    )  # fmt: skip
    words.add(Command("goal.new", new, ("new", "create", "set", "新規", "設定"), noun=NOUN, takes=REST, rank=22))
    edges.add_action(seeing.SHOW, look)
    edges.add_action(seeing.NEW, new)
    edges.add_modal(seeing.NEW, send)


@permit("goal.list")
def show_list(talk: Talk) -> Answer:
    """My goals first, the worst of them first; then what else runs."""
    permits.check("goal.list", talk.actor.roles)
    mine = list_mine(talk.actor, now=talk.now)
    found, in_all = find_worst(talk.actor, Filter(state=OPEN_ONES), now=talk.now, limit=MOST + len(mine))
    own = {one.goal.id for one in mine}
    others = [one for one in found if one.goal.id not in own][: MOST - min(len(mine), MOST)]
    around = _Around(talk.actor, talk.reader, talk.now)
    asks = next_asks(talk.actor.id, own)
    shown = Listed(
        [around.line(one, asks) for one in mine[:MOST]], [around.line(one, {}) for one in others], len(mine),
        in_all - len(mine), identity.address("/goals"), permits.allows("goal.propose", talk.actor.roles),
    )  # fmt: skip
    return seeing.listed(shown, talk.reader)


@permit("goal.show")
def show(talk: Talk) -> Answer:
    """How it stands now, and what is asked of me."""
    return _card(talk, talk.typed.key)


@permit("goal.show")
def look(talk: Talk) -> Answer:
    """A line of the list was pressed."""
    return _card(talk, talk.pressed)


@permit("goal.propose")
def new(talk: Talk) -> Answer:
    """The form, with the title that was typed."""
    permits.check("goal.propose", talk.actor.roles)
    typed = {"title": talk.typed.rest[: seeing.LINE]} if talk.typed.rest else {}
    candidate = not permits.allows("goal.create", talk.actor.roles)
    return Open(seeing.new_form(Writing(KINDS, typed, candidate), talk.reader))


@permit("goal.propose")
def send(talk: Talk) -> Answer:
    """The form was sent: who leads sets the goal, everybody else proposes it."""
    try:
        key = service.create(talk.actor, _written(talk), now=talk.now)
    except Invalid as error:
        fields = {_FIELDS.get(path, path): text for path, text in error.fields.items()}
        raise Invalid(fields, error.said_code, **error.args_said) from error
    return _card(talk, key)


def _written(talk: Talk) -> dict[str, Any]:
    entered = {name: str(value).strip() for name, value in talk.entered.items() if value not in (None, "", [])}
    due = date.fromisoformat(entered["due_on"]) if entered.get("due_on") else None
    fields: dict[str, Any] = {"title": entered.get("title"), "outcome": entered.get("outcome")}
    if due:
        fields.update(starts_on=today(talk.now), due_on=due)
    if entered.get("person"):
        other = identity.member_of(talk.team, entered["person"])
        if other is None:
            raise Invalid({"person": Text("goal.slack.unknown_member")})
        mine = {"department": talk.actor.department, "member": talk.actor.email}
        fields["accountable"] = [mine, {"department": other.department, "member": other.email}]
    if entered.get("metric") or entered.get("baseline") or entered.get("target"):
        fields["metric"] = _metric(entered, talk.now)
    return fields


def _metric(entered: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The metric as far as it was said. Raises Invalid for what is no number."""
    if not entered.get("metric"):
        raise Invalid({"metric": Text("field.required")})
    figures = {name: _number(name, entered[name]) for name in ("baseline", "target") if entered.get(name)}
    begun = {"baseline_on": today(now)} if "baseline" in figures else {}
    return {"name": entered["metric"], "kind": entered.get("kind", KINDS[0]), **figures, **begun}


def _number(name: str, written: str) -> Decimal:
    try:
        figure = Decimal(plain_number(written).removesuffix("%"))
    except InvalidOperation:
        raise Invalid({name: Text("field.not_a_number")}) from None
    if not figure.is_finite():
        raise Invalid({name: Text("field.not_a_number")})
    return figure


def _card(talk: Talk, key: str) -> Answer:
    """One goal as it stands for the reader. Raises NotFound."""
    goal = get_goal(talk.actor, key)
    standing = standings([goal], now=talk.now)[goal.id]
    asks = next_asks(talk.actor.id, [goal.id])
    return seeing.card(_Around(talk.actor, talk.reader, talk.now).whole(goal, standing, asks), talk.reader)


def goal_rows(viewer: Actor, found: Sequence[Branch], group: str, reader: Reader, now: datetime) -> list[Block]:
    """Goals as rows of somebody's Home tab, each with how it stands and, where they answer for it, the button to check in."""
    around = _Around(viewer, reader, now)
    asks = next_asks(viewer.id, [one.goal.id for one in found])
    return [seeing.home_row(group, around.line(one, asks), reader) for one in found]


class _Around:
    """What every line needs to be said for one reader; departments are looked up once."""

    def __init__(self, me: Actor, how: Reader, now: datetime) -> None:
        self.me, self.how, self.now = me, how, now

    def line(self, branch: Branch, asks: Mapping[int, datetime]) -> CardNow:
        """A line of the list."""
        found = _card_now(branch.goal, branch.standing, self._mine(branch.goal, branch.standing), asks, self.now)
        here = relations(
            self.me, visibility=branch.goal.visibility, creator=branch.goal.creator, owners=branch.goal.owners
        )
        return replace(found, check_in=permits.allows("goal.check_in", here, branch.goal.state))

    def whole(self, goal: GoalView, standing: Standing, asks: Mapping[int, datetime]) -> CardNow:
        """The card."""
        mine = self._mine(goal, standing)
        found = _card_now(goal, standing, mine, asks, self.now)
        here = relations_of(self.me, goal)
        may = permits.allows("goal.accept", here, goal.state)
        checks = permits.allows("goal.check_in", here, goal.state)
        inside = not self.me.is_partner
        apart = standing.divergence if standing.diverged and inside else None
        more = {
            "owners": self._owners(goal, standing), "apart": apart, "notes": tuple(_notes(standing, goal.state, inside=inside)),
            "accept": may, "mark": mark_of(goal) if may else "", "check_in": checks,
        }  # fmt: skip
        return CardNow(**{**vars(found), **more})

    def _mine(self, goal: GoalView, standing: Standing) -> Said | None:
        """What the reader last said as an owner who has accepted."""
        accepted = {held.member for held in goal.owners if held.accepted}
        return next((one for one in standing.said if one.member == self.me.id and one.member in accepted), None)

    def _owners(self, goal: GoalView, standing: Standing) -> tuple[Owned, ...]:
        """Both sides; what they think of it is for the company, not for guests."""
        names = people.names_of(held.member for held in goal.owners)
        departments = {row.code: self.how.name(row) for row in people.list_departments()}
        inside = not self.me.is_partner
        said = {one.member: one.confidence for one in standing.said} if inside else {}
        open_ = [held for held in goal.owners if not held.accepted] if inside else []
        stands = {one.member: one.state for one in answering([goal.id]).get(goal.id, ())} if open_ else {}
        return tuple(
            Owned(
                departments.get(held.department, held.department), self.how.name(names[held.member]),
                said.get(held.member), held in open_, stands.get(held.member) == "declined",
            )
            for held in goal.owners
        )  # fmt: skip


def _card_now(
    goal: GoalView, standing: Standing, mine: Said | None, asks: Mapping[int, datetime], now: datetime
) -> CardNow:
    main, runs = standing.main, goal.state in RUNNING
    due = mine.due_at if mine and goal.state == "active" else None
    course = main.course if main else None
    return CardNow(
        goal.key, goal.title, identity.address(f"/goals/{goal.key}"), goal.state, standing.status if runs else None, goal.result,
        standing.progress, standing.expected if runs else None, main.name if main else "", main.unit if main else "",
        course.baseline if course else None, main.shown if main else None, _aim(standing), goal.due_on,
        asks_at=asks.get(goal.id) if goal.state == "active" else None, due_at=due, late=due is not None and due < now,
        claimed=runs and standing.overridden, within=_within(goal, standing),
    )  # fmt: skip


def _within(goal: GoalView, standing: Standing) -> bool | None:
    """Of what a threshold judges, whether it keeps it; None of anything else, and before the first measurement."""
    main = standing.main
    if main is None or not main.course.control or goal.progress_from == "children" or main.figure is None:
        return None
    return not main.broken


def _aim(standing: Standing) -> Decimal | None:
    """Where the main metric is to go; of one judged by a threshold, that."""
    course = standing.main.course if standing.main else None
    if course is None:
        return None
    return next((one for one in (course.target, course.lowest, course.highest) if one is not None), None)


def _notes(standing: Standing, state: str, *, inside: bool) -> Iterable[str]:
    """What a reader must know before they trust the first line; a guest reads what the figures say, not what is said of them."""
    if state not in RUNNING:
        return
    if standing.broken:
        yield "broken"
    if standing.stale:
        yield "stale"
    if standing.watermelon and inside:
        yield "watermelon"
    elif standing.overridden and inside:
        yield "overridden"
    if standing.dark and inside:
        yield "dark"
