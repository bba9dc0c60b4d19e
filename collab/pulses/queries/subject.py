"""How pulses appear elsewhere: in search, in the inbox, on cards. Never with a figure: those stand on its own page alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.pulses.models import Asked, Pulse
from collab.pulses.queries.answers import list_waiting
from collab.pulses.queries.pulses import OPEN, find_open, find_pulse, list_by_keys
from collab.subjects.registry import Face, InboxRow, Summary, Wanted, by_member, keys_in, verbs_told
from collab.subjects.signs import only_where

news = verbs_told("pulse.news", "open", "close", "cancel")
"""What is worth saying of an entry."""


def path_of(pulse: Pulse) -> str:
    """Its page."""
    return f"/pulses/{pulse.key}"


def title_of(pulse: Pulse, locale: str) -> str:
    """What it is called: the pulse of the day it opened."""
    return Reader(locale).say("pulse.title", on=people.today(pulse.opened_at))


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per pulse a viewer may see."""
    theirs = [(viewer, keys) for viewer, keys in wanted if permits.allows("pulse.show", viewer.roles)]
    rows = {row.key: row for row in list_by_keys(keys_in(theirs))} if theirs else {}
    for viewer, keys in theirs:
        for row in filter(None, map(rows.get, keys)):
            yield viewer.id, _summary(row, viewer)


def _summary(row: Pulse, viewer: Actor) -> Summary:
    return Summary(row.key, "pulse", title_of(row, viewer.locale), path_of(row), Text(f"pulse.state.{row.state}"))


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words a pulse is found by: its name and its questions."""
    found = {}
    for row in list_by_keys(keys):
        asked = [one[locale] for one in row.questions for locale in i18n.LOCALES]
        found[row.key] = " ".join([row.key, *(title_of(row, locale) for locale in i18n.LOCALES), *asked])
    return found


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says of it."""
    pulse = find_pulse(key)
    if pulse is None:
        return None
    by = people.names_of([pulse.opened_by_id]).get(pulse.opened_by_id) if pulse.opened_by_id else None
    facts = ((Text("pulse.field.questions"), len(pulse.questions)), (Text("pulse.field.closes_at"), pulse.closes_at))
    return Face(
        title_of(pulse, viewer.locale if viewer else "ja"), path_of(pulse), by.name_en if by else "", by.name_ja if by else "", facts=facts
    )  # fmt: skip


@only_where(select(Pulse.id).where(Pulse.state == OPEN))
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """The open pulse, for those who have not answered. Nobody must, and nobody is reminded of it day by day."""
    pulse = find_open()
    if pulse is None or pulse.closes_at <= now:
        return {}
    able = {one.id: one for one in members if permits.allows("pulse.answer", one.roles | {"asked"}, pulse.state)}
    waiting = list_waiting(sorted(able), pulse) if able else []
    return by_member((member, _row(pulse, able[member])) for member in waiting)


def _row(pulse: Pulse, member: Actor) -> InboxRow:
    about = _summary(pulse, member)
    return about.asks(Text("pulse.ask.answer"), since=pulse.opened_at, due_at=pulse.closes_at, remind=False)


def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Every department that is asked."""
    rows = {row.id: row.key for row in list_by_keys(keys)}
    asked = select(Asked.pulse_id, Asked.department_code).where(Asked.pulse_id.in_(rows)).distinct()
    found: dict[str, set[str]] = {key: set() for key in rows.values()}
    for pulse, code in db.session.execute(asked):
        found[rows[pulse]].add(code)
    return {key: frozenset(codes) for key, codes in found.items()}
