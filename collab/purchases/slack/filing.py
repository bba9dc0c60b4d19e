"""The modal to file a request: it opens at once, grows with what is chosen, and never loses what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals.messages import StepLine
from collab.approvals.rules.asking import numbered
from collab.approvals.rules.plan import Plan
from collab.approvals.slack import card_for
from collab.goals import queries as goals
from collab.initiatives.queries.spending import list_spending
from collab.kernel.errors import DomainError, Invalid, Text
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.purchases import messages, rules, service
from collab.purchases.messages import ALWAYS, FORM, KNOWN, NONE, RARE, Form, Way
from collab.purchases.schemas import PurchaseIn
from collab.purchases.service import Preview
from collab.purchases.service.spending import NotSpendable
from collab.purchases.slack.lines import NOUN
from collab.slack import answers, identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Show, Talk


def install() -> None:
    """Make the form known."""
    edges.vocabulary.add(
        Command("purchase.new", new, ("new", "create", "file", "新規", "起案", "作成"), noun=NOUN, takes=REST, rank=15)
    )
    edges.add_action(FORM, change)
    edges.add_action("purchase.new", new)
    edges.add_modal(messages.FILE, file)


@permit("purchase.draft")
def new(talk: Talk) -> Answer:
    """Open the form; what follows the command is the title."""
    permits.check("purchase.draft", talk.actor.roles)
    values = {"title": talk.typed.rest, "currency": _currencies()[0], "billing": "one_time"}
    return Open(_form(talk, values, frozenset(ALWAYS)))


@permit("purchase.draft")
def change(talk: Talk) -> Answer:
    """Something was chosen that asks for more fields, or more fields were asked for."""
    values = _values(talk)
    rare = RARE if talk.action.endswith(":more") else ()
    return Show(_form(talk, values, _shown(talk, values) | _required(talk, values) | set(rare), planned=True))


@permit("purchase.draft")
def file(talk: Talk) -> Answer:
    """File and submit in one go; what is still missing appears as fields of the same form, everything typed kept."""
    values = _values(talk)
    shown = _shown(talk, values)
    if shown - _present(talk) - set(messages.TICKS):
        notice = talk.reader.say("purchase.slack.more_needed")
        return Show(_form(talk, values, shown | _required(talk, values), notice=notice, planned=True))
    try:
        purchase = service.file(talk.actor, load(PurchaseIn(), _nested(talk, values)), now=talk.now)
    except Invalid as error:
        return _mend(talk, values, shown, error)
    except NotSpendable as refused:
        return Show(_form(talk, values, shown, notice=talk.reader.say(refused.text), planned=True))
    return _receipt(talk, purchase.key, purchase.title)


def _mend(talk: Talk, values: Mapping[str, Any], shown: frozenset[str], error: Invalid) -> Answer:
    """Complaints about fields that show go under them; fields that do not show yet appear, with the reason on top."""
    unseen = (error.fields.keys() & KNOWN) - _present(talk)
    if error.fields.keys() & _present(talk) or not unseen:
        return answers.refused_fields(error, talk.view, talk.reader)
    notice = talk.reader.say("purchase.slack.more_needed")
    because = {talk.reader.say(error.fields[path]) for path in sorted(unseen)} - {talk.reader.say("field.required")}
    return Show(_form(talk, values, shown | unseen, notice=" ".join([notice, *sorted(because)]), planned=True))


def _values(talk: Talk) -> dict[str, Any]:
    """What the form holds, by field; a ticked box is True."""
    entered = {path: value for path, value in talk.entered.items() if path in KNOWN and value not in (None, "", [])}
    return {path: True if path in messages.TICKS else value for path, value in entered.items()}


def _present(talk: Talk) -> frozenset[str]:
    return frozenset(block.get("block_id", "") for block in talk.view.get("blocks", [])) & KNOWN


def _shown(talk: Talk, values: Mapping[str, Any]) -> frozenset[str]:
    """Fields that must show: those that do, and those that what was chosen asks for."""
    asked: set[str] = set(ALWAYS)
    if values.get("billing", "one_time") != "one_time":
        asked.add("term_months")
    if values.get("goal") == NONE:
        asked.add("no_goal_reason")
    if values.get("after_the_fact"):
        asked.update({"after_the_fact.on", "after_the_fact.reason"})
    unasked = {"term_months", "no_goal_reason", "after_the_fact.on", "after_the_fact.reason"} - asked
    return (_present(talk) | asked) - unasked


def _required(talk: Talk, values: Mapping[str, Any]) -> frozenset[str]:
    """What amount and risk ask for beyond that, as far as what is typed tells."""
    found = _preview(talk, values)
    return frozenset(gap.field for gap in found.missing) & KNOWN - set(ALWAYS) if found else frozenset()


def _nested(talk: Talk, values: Mapping[str, Any]) -> dict[str, Any]:
    """As the API would be told: dotted fields nested, people by address. Raises Invalid for an unknown account."""
    fields: dict[str, Any] = {}
    for path, value in values.items():
        if path == "after_the_fact" or value == NONE:
            continue
        part, _, name = path.rpartition(".")
        inner = fields.setdefault(part, {}) if part else fields
        inner[name] = _address(talk, path, str(value)) if part == "owners" else value
    return fields


def _address(talk: Talk, path: str, account: str) -> str:
    member = identity.member_of(talk.team, account)
    if member is None:
        raise Invalid({path: Text("purchase.problem.unknown_member")})
    return member.email


def _form(
    talk: Talk, values: Mapping[str, Any], shown: Iterable[str], *, notice: str = "", planned: bool = False
) -> Mapping[str, Any]:
    way = _plan(talk, values) if planned else None
    return messages.form(Form(values, frozenset(shown), _menus(talk), notice, way), talk.reader)


def _menus(talk: Talk) -> dict[str, list[tuple[str, str]]]:
    reader = talk.reader
    live = [(goal.key, f"{goal.key} {goal.title}") for goal in goals.list_goals(talk.actor, live=True)][:99]
    offered = people.list_open_departments()
    mine = [row for row in offered if row.code in talk.actor.departments] or offered
    return {
        "category": [(code, reader.say(f"purchase.category.{code}")) for code in rules.CATEGORIES],
        "currency": [(code, code) for code in _currencies()],
        "billing": [(code, reader.say(f"purchase.billing.{code}")) for code in rules.BILLINGS],
        "goal": [*live, (NONE, reader.say("purchase.slack.no_goal"))],
        "initiative": [(one.key, f"{one.key} {one.title}") for one in list_spending(talk.actor)][:99],
        "department": [(row.code, reader.name(row)) for row in mine],
        "visibility": [(code, reader.say(f"purchase.visibility.{code}")) for code in rules.VISIBILITIES],
    }


def _currencies() -> list[str]:
    """The company's own currency first, then those the route book can convert."""
    _version, book = approvals.current_book()
    return list(dict.fromkeys([book.currency, *(rate.currency for rate in book.rates)]))


def _plan(talk: Talk, values: Mapping[str, Any]) -> Way | None:
    """Who would decide, as far as what is typed tells; silence while it tells too little."""
    found = _preview(talk, values)
    if found is None:
        return None
    if found.refusal:
        return Way(refusal=talk.reader.say(found.refusal))
    if found.plan is None:
        return None
    usual = usual_time(found.usual, [(step.kind, step.name_en) for step in found.plan.steps])
    auto = talk.reader.say(f"routes.try.auto.{found.plan.auto}") if found.plan.auto else ""
    warnings = [talk.reader.say(warning) for warning in found.plan.warnings]
    return Way(_in_order(found.plan, talk.reader), usual, found.total, auto=auto, warnings=warnings)


def _in_order(plan: Plan, reader: Reader) -> list[str]:
    """The steps of a plan in words; those that run side by side are said as one."""
    named = people.names_of(seat.member for step in plan.steps for seat in step.seats)
    said: dict[int, list[str]] = {}
    for step, _number, block in numbered(plan.steps):
        line = _step(reader.name(step), [reader.name(named[seat.member]) for seat in step.seats], reader)
        said.setdefault(block, []).append(line)
    return [
        lines[0] if len(lines) == 1 else reader.say("purchase.slack.beside", steps=" / ".join(lines))
        for lines in said.values()
    ]


def _preview(talk: Talk, values: Mapping[str, Any]) -> Preview | None:
    try:
        fields = load(PurchaseIn(), _nested(talk, {"title": "-", **values}))
        return service.preview(talk.actor, fields, now=talk.now)
    except DomainError:
        return None


def _receipt(talk: Talk, key: str, title: str) -> Answer:
    now = card_for(key, talk.actor, talk.reader)
    chain = approvals.get_chain(key)
    usual = usual_time(approvals.usual_times(talk.now), [(step["kind"], step["name_en"]) for step in chain.steps])
    steps = [_line(step, talk.reader) for step in now.steps] if now else []
    decided = chain.route.get("auto")
    auto = talk.reader.say(f"purchase.page.decided.{decided}", key=key) if decided else ""
    return messages.receipt(
        key, title, identity.address(f"/purchases/{key}"), Way(steps, usual, auto=auto), talk.reader
    )


def _line(step: StepLine, reader: Reader) -> str:
    return _step(step.name, [seat.name for seat in step.seats], reader)


def _step(name: str, seated: Iterable[str], reader: Reader) -> str:
    return reader.say("purchase.slack.step", name=name, who=list(seated))


def usual_time(usual: approvals.Usual, steps: Iterable[tuple[str, str]]) -> timedelta | None:
    """How long the steps usually take together; unknown as soon as one of them is."""
    known = [usual.of(kind, name) for kind, name in steps]
    times = [time for time in known if time is not None]
    return sum(times, timedelta()) if times and len(times) == len(known) else None
