"""What every verb in Slack shares: whom a button is about, what its presser looks at, and what is said when that is old."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from collab.approvals import messages, queries
from collab.approvals.messages import About
from collab.approvals.queries import Chain, SeatView
from collab.approvals.queries.proxies import asked_seat
from collab.approvals.service import Decision
from collab.approvals.slack.cards import card_for, find_chain, for_viewer
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.keys import as_typed
from collab.kernel.text import storable
from collab.outbox import queries as outbox
from collab.people import queries as people
from collab.slack import answers, blocks, identity
from collab.slack.talk import Answer, Say, Talk
from collab.subjects.queries import get_summary

OLD = ("content_changed", "asked_anew")
"""Refusals of a decision on something else than its maker looked at: they get the card to press instead."""


@dataclass(frozen=True)
class Seen:
    """What somebody acts on: the subject, and the content version and seat they look at (None where they looked at none)."""

    key: str
    version: int | None = None
    seat: int | None = None

    @property
    def guards(self) -> dict[str, Any]:
        """As the service takes it."""
        return {"seen_version": self.version, "seen_seat": self.seat}


def pressed(talk: Talk) -> Seen:
    """What the pressed button was made for. Raises NotFound for a value we never made."""
    key, version = messages.value_from(talk.pressed)
    if as_typed(key) != key:
        raise NotFound
    return Seen(key, version, messages.seat_from(talk.pressed))


def sent(talk: Talk) -> Seen:
    """What the modal that was sent had been opened for. Raises NotFound for data we never gave."""
    key, version, seat = (talk.data.get(name) for name in ("key", "seen", "seat"))
    if not isinstance(key, str) or as_typed(key) != key:
        raise NotFound
    return Seen(key, version if isinstance(version, int) else None, seat if isinstance(seat, int) else None)


def last_seen(talk: Talk, key: str) -> Seen:
    """What this member's newest card about a subject shows: what a typed line is about."""
    shown = [
        element["value"]
        for payload in outbox.list_shown(key, talk.actor.id)
        for block in payload["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == messages.MORE and element.get("value")
    ]
    seen = [Seen(key, messages.value_from(value)[1], messages.seat_from(value)) for value in shown]
    return max(seen, key=lambda one: (one.version or 0, one.seat or 0), default=Seen(key))


def asked_on(talk: Talk, key: str) -> tuple[Chain, SeatView] | None:
    """The round and the seat this member is asked on right now, None if they are not asked."""
    chain = find_chain(key)
    if chain is None or chain.state != "pending":
        return None
    seat = asked_seat(chain, talk.actor, talk.now)
    return (chain, seat) if seat else None


def about(talk: Talk, seen: Seen, **typed: str) -> About:
    """What a form is about. Raises NotFound for whoever may not see it."""
    return About(seen.key, get_summary(talk.actor, seen.key).title, seen.version, seen.seat, typed)


def taken(talk: Talk, key: str, act: Callable[[], Decision], *, typed: str = "", step: int | None = None) -> Answer:
    """Do it and say what it did (`step`: to which one it was sent back). If it is another by now, show the card to press, and
    give back what was written."""
    if typed and not storable(typed):
        raise Invalid({"comment": Text("field.bad_text")})
    try:
        done = act()
    except NotNow as refusal:
        if refusal.said_code not in OLD:
            raise
        return fresh_card(talk, key, f"error.{refusal.said_code}", typed=typed)
    return thanks(talk, done, step=step)


def thanks(talk: Talk, done: Decision, *, step: int | None = None) -> Say:
    """What it did, who is next, and the way back while there is one."""
    word = done.verb if step is None else f"{done.verb}_step"
    line = talk.reader.say(f"approval.slack.done.{word}", key=done.subject, n=step or 0)
    now = card_for(done.subject, talk.actor, talk.reader)
    waiting = messages.waiting_seats(now.steps) if now else []
    following = f"\n{messages.waiting_line(waiting, talk.reader)}" if waiting else ""
    said = answers.plainly(line + following)
    if now is None or "undo" not in now.ways or done.verb == "undo":
        return said
    return Say(said.text, [*said.blocks, messages.undo_offer(done.subject, 0, talk.reader)])


def fresh_card(talk: Talk, key: str, why: str, *, typed: str = "") -> Say:
    """The card as it stands now, and why it is shown instead of doing what was asked."""
    card = for_viewer(key, talk.actor, talk.reader)
    line = talk.reader.say(why)
    kept = messages.kept_words(typed, talk.reader) if typed else []
    return Say(line, [blocks.section(blocks.escape(line)), *kept, *(card.blocks if card else [])])


def member_of(talk: Talk, account: Any, field: str) -> int:
    """The member an account picked in a form belongs to. Raises Invalid under that field."""
    found = identity.member_of(talk.team, str(account)) if account else None
    if found is None:
        raise Invalid({field: Text("approval.slack.no_member")})
    return found.id


def day_of(written: Any, field: str) -> date:
    """A day picked in a form, or typed. Raises Invalid under that field."""
    try:
        return date.fromisoformat(str(written or ""))
    except ValueError:
        raise Invalid({field: Text("field.not_a_day")}) from None


def refused_at(error: Invalid, names: dict[str, str]) -> Invalid:
    """The same complaint under the names the form has for the fields."""
    return Invalid(
        {names.get(path, path): text for path, text in error.fields.items()}, error.said_code, **error.args_said
    )


def get_chain(talk: Talk, key: str) -> Chain:
    """The latest round of something this member may see. Raises NotFound; NotNow where it was never submitted."""
    get_summary(talk.actor, key)
    try:
        return queries.get_chain(key)
    except NotFound:
        raise NotNow("not_submitted") from None


def names_in(talk: Talk, members: Sequence[int]) -> list[str]:
    """People as this reader reads them."""
    named = people.names_of(members)
    return [talk.reader.name(named[member]) for member in dict.fromkeys(members)]
