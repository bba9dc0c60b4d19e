"""`/collab me`: what needs me, the same rows and count as on every other surface, with the button to do it."""

from __future__ import annotations

from dataclasses import replace

from collab.approvals.slack import for_viewer
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.slack import answers, blocks, identity
from collab.slack.blocks import Block
from collab.slack.grammar import Command, Found, parse
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk
from collab.slack.wording import cut
from collab.subjects.queries import get_summary, inbox
from collab.subjects.registry import InboxRow

MOST = 7
LOOK = "inbox.look"
ELSEWHERE = {
    "check_in": "goal.checkin", "discuss": "goal.discuss", "acknowledge_checkin": "goal.acknowledge",
}  # fmt: skip
"""What is asked that has a button of its own feature, by what is offered first: one tap, no card in between."""
WHATEVER_IS_ASKED = "all"
ON_CARD = ("accept", "agree", "answer", "done", "unblock", "confirm", "read")
"""Rows whose card asks for it there and then, by what is offered first."""


def install() -> None:
    """Make the command and its button known."""
    edges.vocabulary.add(Command("inbox.me", me, ("me", "inbox", "todo", "要対応", "わたし", "自分"), rank=10))
    edges.add_action(LOOK, look)


@permit("inbox.show")
def me(talk: Talk) -> Answer:
    """At most seven rows: what is asked, about what, since when, until when; empty says what comes next."""
    permits.check("inbox.show", talk.actor.roles)
    rows = inbox(talk.actor, talk.now)
    if not rows:
        return answers.plainly(f"{talk.reader.say('home.nothing')}\n{talk.reader.say('home.nothing_next')}")
    title = talk.reader.say("home.waiting", n=len(rows))
    shown = [blocks.header(title)]
    for row in rows[:MOST]:
        shown += _row(row, talk)
    if len(rows) > MOST:
        every = blocks.button(
            talk.reader.say("home.more", n=len(rows) - MOST), "inbox.page", "all", url=identity.address("/")
        )
        shown.append(blocks.actions(every))
    return Say(title, shown)


@permit("inbox.show")
def look(talk: Talk) -> Answer:
    """The card of one row, with its buttons: what typing its key shows."""
    key = talk.pressed
    get_summary(talk.actor, key)
    meant = parse(key, edges.vocabulary)
    if isinstance(meant, Found):
        return meant.command.handler(replace(talk, typed=meant.typed))
    card = for_viewer(key, talk.actor, talk.reader)
    return Say(card.text, card.blocks) if card else answers.say(talk.reader, "error.not_found")


def _row(row: InboxRow, talk: Talk) -> list[Block]:
    reader = talk.reader
    head = f"{blocks.bold(reader.say(row.ask))}\n{blocks.link(identity.address(row.path), cut(f'{row.key} {row.title}', 200))}"
    return [blocks.section(head, accessory=_button(row, reader)), blocks.context(blocks.escape(_facts(row, talk)))]


def _button(row: InboxRow, reader: Reader) -> Block:
    if {"approve", "consult", "advocate"} & set(row.actions):
        return blocks.button(reader.say("home.decide"), f"{LOOK}:{row.key}", row.key, style="primary")
    if "acknowledge" in row.actions:
        return blocks.button(reader.say("home.act.acknowledge"), f"escalation.take:{row.key}", row.key, style="primary")
    if row.actions and row.actions[0] in ELSEWHERE:
        first = row.actions[0]
        about = WHATEVER_IS_ASKED if first == "check_in" else row.key
        return blocks.button(reader.say(f"home.act.{first}"), f"{ELSEWHERE[first]}:{row.key}", about, style="primary")
    if row.actions and row.actions[0] in ON_CARD:
        label = reader.say(f"home.act.{row.actions[0]}")
        return blocks.button(label, f"{LOOK}:{row.key}", row.key, style="primary")
    label = reader.say("home.mend" if "edit" in row.actions else "home.open")
    return blocks.button(label, f"inbox.page:{row.key}", row.key, url=identity.address(row.path))


def _facts(row: InboxRow, talk: Talk) -> str:
    reader = talk.reader
    by = row.by_ja if reader.locale == "ja" else row.by_en
    facts = [
        by,
        reader.show(row.amount) if row.amount else "",
        reader.say("inbox.slack.age", age=reader.ago(row.since, talk.now)),
        reader.say("inbox.slack.due", due=row.due_at) if row.due_at else "",
        reader.say("inbox.slack.late") if row.due_at and row.due_at < talk.now else "",
    ]
    return " · ".join(fact for fact in facts if fact)
