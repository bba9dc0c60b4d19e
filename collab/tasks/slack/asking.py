"""Asking another department: in one line, from a message, in a form. What cannot be understood is asked back; nothing is
half done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from collab.goals import queries as goals
from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.subjects.queries import list_summaries
from collab.tasks import queries, service
from collab.tasks.messages import cards, forms, receipts
from collab.tasks.messages.forms import Asking
from collab.tasks.messages.receipts import Receipt
from collab.tasks.messages.texts import title_and_detail
from collab.tasks.slack.reading import Line, read_end, read_line

NOUN = "task"
FROM_MESSAGE = "task.from_message"
MOST_LINKS = 99
_FIELDS = {
    "department": "to_department",
    "person": "assignee",
    "text": "title",
    "needed_by": "needed_by_on",
    "link": "links",
}
"""Fields of the form by their names in the service."""


def install() -> None:
    """Make the commands, the form and the shortcuts known."""
    words = edges.vocabulary
    words.add(Command("task.new", ask, ("ask", "依頼", "お願い"), takes=REST, rank=16))
    words.add(Command("task.new_noun", ask, ("new", "ask", "create", "新規"), noun=NOUN, takes=REST, listed=False))
    edges.add_modal(forms.NEW, send)
    edges.add_action(cards.ASK, open_form)
    edges.add_action(cards.ASK_THEM, ask_them)
    edges.add_shortcut(FROM_MESSAGE, from_message)
    edges.add_shortcut(cards.ASK, open_form)


@permit("task.ask")
def ask(talk: Talk) -> Answer:
    """`ask @department text [by friday] [urgent]`; alone, the form."""
    permits.check("task.ask", talk.actor.roles)
    if not talk.typed.rest:
        return Open(_form(talk, {}))
    line = read_line(talk.typed.rest, people.list_departments(), _today(talk), day_first=_day_first(talk))
    if line.account:
        return _ask_person(talk, line)
    if line.department is None:
        return receipts.which(line.named, _named(talk, line.near), line.raw, talk.reader)
    if not line.text:
        return Open(_form(talk, {"department": line.department}))
    return _asked(talk, line, {"to_department": line.department})


@permit("task.ask")
def ask_them(talk: Talk) -> Answer:
    """One of the departments offered was meant."""
    code, _, text = talk.pressed.partition("\n")
    wanted = read_end(text, _today(talk), day_first=_day_first(talk))
    line = Line(wanted.text or text, code, day=wanted.day, wait=wanted.wait, urgent=wanted.urgent)
    return _asked(talk, line, {"to_department": code})


@permit("task.ask")
def open_form(talk: Talk) -> Answer:
    """The form, with what was typed before."""
    permits.check("task.ask", talk.actor.roles)
    return Open(_form(talk, {"text": talk.pressed} if talk.pressed not in ("", "-") else {}))


@permit("task.ask")
def from_message(talk: Talk) -> Answer:
    """The shortcut "Make this a task": the message's words, and the way back to it."""
    permits.check("task.ask", talk.actor.roles)
    return Open(_form(talk, {"text": talk.quoted.text}, permalink=talk.quoted.link))


@permit("task.ask")
def send(talk: Talk) -> Answer:
    """The form was sent."""
    try:
        return _sent(talk)
    except Invalid as error:
        back = {theirs: ours for ours, theirs in _FIELDS.items()} | {"detail": "text"}
        fields = {back.get(path.partition(".")[0], path): text for path, text in error.fields.items()}
        raise Invalid(fields, error.said_code, **error.args_said) from error


def _sent(talk: Talk) -> Answer:
    entered = talk.entered
    title, detail = title_and_detail(str(entered.get("text") or ""))
    fields: dict[str, Any] = {
        "title": title, "detail": detail, "to_department": entered.get("department"), "severity": entered.get("severity") or "normal",
        "needed_by_on": date.fromisoformat(entered["needed_by"]) if entered.get("needed_by") else None,
    }  # fmt: skip
    if entered.get("person"):
        fields["assignee"] = _member(talk, str(entered["person"]), "person")
    if entered.get("link") not in (None, "", "-"):
        fields["links"] = [entered["link"]]
    return _filed(talk, fields, permalink=str(talk.data.get("permalink") or "") or None)


def _ask_person(talk: Talk, line: Line) -> Answer:
    email = _member(talk, line.account, "person")
    if not line.text:
        return Open(_form(talk, {"person": line.account}))
    return _asked(talk, line, {"assignee": email})


def _asked(talk: Talk, line: Line, whom: Mapping[str, Any]) -> Answer:
    title, detail = title_and_detail(line.text)
    fields = {
        **whom, "title": title, "detail": detail, "needed_by_on": line.day, "due": line.wait or None,
        "severity": "urgent" if line.urgent else None,
    }  # fmt: skip
    return _filed(talk, fields)


def _filed(talk: Talk, fields: Mapping[str, Any], *, permalink: str | None = None) -> Answer:
    """Ask, and say back what was understood."""
    given = {name: value for name, value in fields.items() if value is not None}
    key = service.ask(talk.actor, given, source="slack", permalink=permalink, now=talk.now)
    view = queries.get_task(talk.actor, key, talk.now)
    departments = {row.code: row for row in people.list_departments()}
    side = talk.reader.name(departments[view.to_department])
    person = view.responsible or view.assignee
    who = talk.reader.say("task.card.person", name=person, department=side) if person else side
    links = list_summaries(talk.actor, given.get("links", ()))
    return receipts.asked(
        Receipt(
            key, view.title, identity.address(f"/tasks/{key}"), who, view.due_at, view.needed_by_on, view.severity == "urgent",
            talk.reader.say("list.comma").join(one.title for one in links.values()),
        ),
        talk.reader,
    )  # fmt: skip


def _form(talk: Talk, values: Mapping[str, str], *, permalink: str = "") -> Mapping[str, Any]:
    departments = [(row.code, talk.reader.name(row)) for row in people.list_open_departments()]
    live = [(goal.key, f"{goal.key} {goal.title}") for goal in goals.list_goals(talk.actor, live=True)][:MOST_LINKS]
    links = [("-", talk.reader.say("task.form.link_none")), *live] if live else []
    return forms.ask_modal(Asking(departments, links, values, permalink=permalink), talk.reader)


def _member(talk: Talk, account: str, field: str) -> str:
    """The address of a Slack account's member. Raises Invalid."""
    member = identity.member_of(talk.team, account)
    if member is None:
        raise Invalid({field: Text("task.problem.unknown_member")})
    return member.email


def _named(talk: Talk, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    rows = {row.code: row for row in people.list_departments()}
    return [(code, talk.reader.name(rows[code])) for code in codes]


def _today(talk: Talk) -> date:
    return day_in(talk.now, talk.actor.zone)


def _day_first(talk: Talk) -> bool | None:
    """3/4 is a March day in Japanese; in English it could be either, and is left alone."""
    return False if talk.reader.locale == "ja" else None
