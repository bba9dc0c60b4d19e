"""Writing a comment in Slack: by a typed line, or in the modal that a line without words and the reply button open."""

from __future__ import annotations

from typing import Any

from collab.kernel.errors import NotFound
from collab.kernel.keys import as_typed
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.slack import answers
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk
from collab.subjects.queries import get_summary
from collab.threads import messages, queries, service

WORDS = ("comment", "say", "reply", "コメント", "返信")


def install() -> None:
    """Make them known."""
    edges.vocabulary.add(Command("thread.comment", type_comment, WORDS, takes=KEY, rank=40))
    edges.add_action(messages.REPLY, press_reply)
    edges.add_modal(messages.SEND, send)


@permit("thread.comment")
def type_comment(talk: Talk) -> Answer:
    """`comment PR-1 text`; without the text, a modal asks for it."""
    key = talk.typed.key
    if not talk.typed.rest:
        return Open(messages.write_modal(key, get_summary(talk.actor, key).title, talk.reader))
    body = messages.plain(talk.typed.rest, lambda account: _address(talk, account))
    return _said(talk, service.comment(talk.actor, key, body, now=talk.now))


@permit("thread.comment")
def press_reply(talk: Talk) -> Answer:
    """Ask for the words, under those that are answered."""
    _key, _, number = talk.pressed.partition(":")
    said = queries.get_comment(talk.actor, _whole(number))
    title = get_summary(talk.actor, said.key).title
    return Open(messages.write_modal(said.key, title, talk.reader, answered=said.body, reply_to=said.id))


@permit("thread.comment")
def send(talk: Talk) -> Answer:
    """The words were given."""
    body, key = str(talk.entered.get("body") or ""), as_typed(str(talk.data.get("key")))
    if key is None:
        raise NotFound
    answered = talk.data.get("reply_to")
    reply_to = answered if isinstance(answered, int) else None
    return _said(talk, service.comment(talk.actor, key, body, reply_to=reply_to, now=talk.now))


def _said(talk: Talk, number: int) -> Say:
    """That it is there, and who is told."""
    said = queries.get_comment(talk.actor, number)
    if said.mentioned:
        return answers.say(talk.reader, "thread.slack.done_to", key=said.key, who=list(said.mentioned))
    return answers.say(talk.reader, "thread.slack.done", key=said.key)


def _address(talk: Talk, account: str) -> str | None:
    found = people.find_actor_by_slack(talk.team, account, talk.now)
    return found.email if found else None


def _whole(number: Any) -> int:
    if not (isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 11):
        raise NotFound
    return int(number)
