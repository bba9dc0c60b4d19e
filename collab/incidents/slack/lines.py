"""`/collab alert text` and `/collab incident list | show T-9 | take T-9 | answered T-9 text | log T-9 text | close T-9`."""

from __future__ import annotations

import re

from collab.incidents import messages, queries, service
from collab.incidents.queries import Filter
from collab.incidents.schemas import AnswerIn, IncidentIn, NoteIn
from collab.incidents.slack.pressing import form, raised, shown, took
from collab.kernel.clock import day_in
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import answers, identity
from collab.slack.grammar import KEY, NOTHING, REST, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Open, Talk
from collab.tasks.slack.reading import read_line

NOUN = "incident"
WORDS = ("incident", "incidents", "ブランド緊急対応", "緊急対応")
ALERT = ("alert", "緊急", "炎上", "緊急連絡")
MOST = 7
_AT = re.compile(r"(?:^|(?<=\s))[@＠](?=\S)")
_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>|(https?://[^\s<>]+)")


def install() -> None:
    """Make the commands known."""
    words = edges.vocabulary
    words.add_noun(Noun(NOUN, WORDS, named=("incident.page.kind",)))
    words.add(Command("incident.alert", alert, ALERT, takes=REST, rank=5))
    for code, handler, said, takes in _TYPED:
        prefix = queries.PREFIX if takes == KEY else ""
        words.add(Command(f"incident.{code}", handler, said, noun=NOUN, takes=takes, prefix=prefix, rank=45))


@permit("incident.raise")
def alert(talk: Talk) -> Answer:
    """The alarm is raised at once, whatever is missing; with nothing typed, the form."""
    permits.check("incident.raise", talk.actor.roles)
    if not talk.typed.rest.strip():
        return form(talk, {})
    text, department = _addressed(talk, talk.typed.rest)
    link = _LINK.search(text)
    given = {"text": _LINK.sub(lambda found: found[1] or found[2], text), "department": department,
             "link": (link[1] or link[2]) if link else None}  # fmt: skip
    fields = load(IncidentIn(), {name: value for name, value in given.items() if value})
    return raised(talk, service.raise_alert(talk.actor, fields, source="slack", now=talk.now))


def _addressed(talk: Talk, typed: str) -> tuple[str, str | None]:
    """The text without the `@department` in it. A name nobody knows stays in the text: an alarm is never sent back for it."""
    at = _AT.search(typed)
    if at is None:
        return typed, None
    line = read_line(typed[at.start() :], people.list_departments(), day_in(talk.now, talk.actor.zone), day_first=None)
    if line.department is None:
        return typed, None
    rest = f"{typed[: at.start()].strip()} {line.raw}".strip()
    return rest or typed, line.department


@permit("incident.list")
def show_list(talk: Talk) -> Answer:
    """Open ones first."""
    found, count = queries.list_incidents(talk.actor, Filter(), limit=MOST)
    rows = [
        {"title": f"{row.key} {row.title}", "state": row.state, "address": identity.address(f"/incidents/{row.key}")}
        for row in found
    ]
    return messages.listed(rows, count, identity.address("/incidents"), talk.reader)


@permit("incident.show")
def show(talk: Talk) -> Answer:
    """The card as it stands, with the buttons I may press."""
    return shown(talk, talk.typed.key)


@permit("incident.take")
def take(talk: Talk) -> Answer:
    """I take it."""
    return took(talk, talk.typed.key)


@permit("incident.answer")
def answered(talk: Talk) -> Answer:
    """The public has an answer; without words, a modal asks for them."""
    incident = queries.get_incident(talk.actor, talk.typed.key)
    if not talk.typed.rest:
        permits.check("incident.answer", queries.relations(talk.actor, incident), incident.state)
        return Open(messages.answer_modal(incident.key, incident.title, talk.reader))
    link = _LINK.search(talk.typed.rest)
    given = {
        "text": _LINK.sub(lambda found: found[1] or found[2], talk.typed.rest),
        "link": (link[1] or link[2]) if link else None,
    }
    fields = load(AnswerIn(), {name: value for name, value in given.items() if value})
    service.answer(talk.actor, incident.key, text=fields["text"], link=fields.get("link"), now=talk.now)
    return answers.say(talk.reader, "incident.done.answer", key=incident.key)


@permit("incident.note")
def log(talk: Talk) -> Answer:
    """An entry of the timeline; without words, a modal asks for them."""
    incident = queries.get_incident(talk.actor, talk.typed.key)
    if not talk.typed.rest:
        return Open(messages.note_modal(incident.key, incident.title, talk.reader))
    fields = load(NoteIn(), {"text": talk.typed.rest})
    service.note(talk.actor, incident.key, text=fields["text"], now=talk.now)
    return answers.say(talk.reader, "incident.done.note", key=incident.key)


@permit("incident.close")
def close(talk: Talk) -> Answer:
    """It is over: a modal asks what happened, and why."""
    incident = queries.get_incident(talk.actor, talk.typed.key)
    permits.check("incident.close", queries.relations(talk.actor, incident), incident.state)
    answered = incident.answered_at is not None
    return Open(messages.close_modal(incident.key, incident.title, talk.reader, answered=answered))


_TYPED: tuple[tuple[str, Handler, tuple[str, ...], str], ...] = (
    ("list", show_list, ("list", "ls", "一覧"), NOTHING),
    ("show", show, ("show", "view", "open", "表示"), KEY),
    ("take", take, ("take", "引き受け", "対応開始"), KEY),
    ("answered", answered, ("answered", "公表", "公表済み"), KEY),
    ("log", log, ("log", "記録"), KEY),
    ("close", close, ("close", "終結", "収束"), KEY),
)
