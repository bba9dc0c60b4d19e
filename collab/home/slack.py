"""`/collab me`: what needs me, the same rows and count as on every other surface, with the button to do it."""

from __future__ import annotations

import re
from dataclasses import replace

from collab.approvals.slack import for_viewer
from collab.home import waiting
from collab.home.away import WHO, taken, with_addresses
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotFound
from collab.kernel.permits import permit, permits
from collab.nudges.rules.presses import LOOK
from collab.people import service as standing
from collab.slack import answers, blocks
from collab.slack.grammar import Command, Found, parse
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk
from collab.subjects.queries import get_summary, inbox, list_summaries

MOST = 7
_OF = re.compile(WHO)


def install() -> None:
    """Make the command and its button known."""
    edges.vocabulary.add(Command("inbox.me", me, ("me", "inbox", "todo", "要対応", "わたし", "自分"), rank=10))
    edges.add_action(LOOK, look)


@permit("inbox.show")
def me(talk: Talk) -> Answer:
    """At most seven rows: what is asked, about what, since when, until when; empty says what comes next. With somebody named,
    what waits for them, as their secretary reads it."""
    permits.check("inbox.show", talk.actor.roles)
    principal = _named(talk)
    if principal:
        return _of(talk, standing.principal_of(talk.actor, principal, talk.now, "inbox.of"))
    rows = inbox(talk.actor, talk.now)
    title = waiting.title(rows, talk.reader)
    if not rows:
        return answers.plainly(f"{title}\n{waiting.what_next(talk.actor, talk.reader)}")
    listed = waiting.listed(rows, talk.reader, talk.now, most=MOST)
    return Say(title, [blocks.header(title), *listed, *waiting.circulated(talk.actor, rows, talk.reader, most=MOST)])


def _named(talk: Talk) -> str | None:
    """The address of whoever is named. Raises NotFound for somebody unknown: as for whoever the member does not assist."""
    try:
        return taken(_OF, with_addresses(talk), "of")[1]
    except Invalid as unknown:
        raise NotFound from unknown


def _of(talk: Talk, principal: Actor) -> Answer:
    """Nothing to press, and a link only where the secretary may look."""
    rows, how = inbox(principal, talk.now), talk.reader
    if not rows:
        return answers.plainly(how.say("delegation.page.inbox_none", name=principal))
    title, note = (how.say(f"delegation.page.inbox_{what}", name=principal) for what in ("of", "note"))
    seen = list_summaries(talk.actor, {row.key for row in rows})
    told = waiting.read(rows, seen, how, talk.now, most=MOST)
    return Say(title, [blocks.header(title), blocks.context(blocks.escape(note)), *told])


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
