"""What others did to a subject since somebody opened a form about it, as the trail has it and as far as they may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request

from collab.audit.queries import list_latest
from collab.audit.views import saying
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.subjects.queries import exists, list_summaries
from collab.subjects.registry import registry as kinds
from collab.web.identity import reader
from collab.web.meanwhile import Deed

MOST = 5
LOOKED_AT = 25
PLACES = {
    "/admin/calendars/<code>": "calendar:{code}", "/admin/departments/<code>": "department:{code}",
    "/admin/members/<email>": "member:{email}", "/goals/journey/<code>": "journey",
}  # fmt: skip
"""Chains of what has no key of its own, by how the addresses begin that change it."""
QUIET = frozenset({"step_started", "carried", "blueprint_answer"})
"""What follows from something else that is told, and what is sealed."""
READ_BY_ALL = {
    "goal": frozenset({"change", "add_metric", "change_metric", "remove_metric", "check_in", "pause", "close"}),
    "task": frozenset({"accept", "counter", "agree", "snooze", "hand_over", "ask_again", "done", "confirm", "decline"}),
    "agreement": frozenset({"postpone"}),
    "initiative": frozenset({"change"}),
}  # fmt: skip
"""By kind, what was written with a verb and stands on the page of the thing for every member who sees it."""
WRITES = frozenset({"draft", "edit", "submit", "amend", "copy"})
"""Verbs whose entries hold content: whole, or of an edit what changed of it."""
MayRead = Callable[[Actor, str], bool]
Compare = Callable[[Actor, Mapping[str, Any], Mapping[str, Any], Reader], Sequence[tuple[str, str, str]]]
_readers: dict[str, MayRead] = {}
_content: dict[str, Compare] = {}


def tell_history(kind: str, may_read: MayRead, compare: Compare | None = None) -> None:
    """Let a feature say who reads what happened to a thing of a kind (`may_read(member, key)`; without it, whoever sees the
    thing), and how two of its contents differ in the feature's own words (`compare(member, before, after, how)`)."""
    _readers[kind] = may_read
    if compare:
        _content[kind] = compare


def deeds(member: Actor, rule: str, args: Mapping[str, Any], since: datetime) -> Sequence[Deed]:
    """What others did to what this address is about, the oldest first, the latest few of it. Guests read it from the page."""
    keys = request.form.getlist("goal")[:MOST] if rule == "/goals/checkin" else [_key(rule, args)]
    found = [one for key in keys if key and not member.is_partner for one in _deeds(member, key, since)]
    return sorted(found, key=lambda one: one.at)[-MOST:]


def _deeds(member: Actor, key: str, since: datetime) -> Sequence[Deed]:
    if not _may_know(member, key):
        return ()
    rows = list_latest(key, limit=LOOKED_AT)
    told = [row for row in rows if row.at >= since and row.actor != member.email and row.verb not in QUIET][:MOST]
    how, kind = reader(), saying.kind_of(key)
    names = saying.names_in(told)
    return [_deed(row, rows, kind, names, how, member) for row in reversed(told)]


def _key(rule: str, args: Mapping[str, Any]) -> str:
    """The chain a changing address is about; empty for one that is about none, or about one that does not tell."""
    found = next((chain.format(**args) for begins, chain in PLACES.items() if rule.startswith(begins)), "")
    return found or str(args.get("key", ""))


def _may_know(member: Actor, key: str) -> bool:
    """Whoever sees the thing; what is no subject is for those who read the trail of the organisation."""
    if "-" in key and key.partition("-")[0] in {kind.prefix for kind in kinds.kinds}:
        may_read = _readers.get(saying.kind_of(key))
        return exists(key) and key in list_summaries(member, {key}) and (may_read is None or may_read(member, key))
    return permits.allows("audit.read", member.roles)


def _deed(row: AnyRow, rows: Sequence[AnyRow], kind: str, names: Mapping[str, Any], how: Reader, member: Actor) -> Deed:
    who = saying.name(row.actor, names, how)
    if row.acting_for:
        who = how.say("audit.meanwhile.acting_for", who=who, whom=saying.name(row.acting_for, names, how))
    changes = _compared(row, rows, kind, how, member) if kind in _content else _changes(row, kind, how, names)
    return Deed(who, saying.verb_said(kind, row.verb, how), how.moment(row.at), row.at, changes)


def _compared(
    row: AnyRow, rows: Sequence[AnyRow], kind: str, how: Reader, member: Actor
) -> Sequence[tuple[str, str, str]]:
    """What an edit changed, said by the feature; what it left as it was comes from the entries before."""
    if row.verb not in WRITES or not row.before or not row.after:
        return ()
    rest: dict[str, Any] = {}
    for older in reversed([one for one in rows if one.seq < row.seq and one.verb in WRITES]):
        rest.update(older.after or {})
    return _content[kind](member, {**rest, **row.before}, {**rest, **row.after}, how)


def _changes(row: AnyRow, kind: str, how: Reader, names: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    if row.verb not in READ_BY_ALL.get(kind, ()):
        return ()
    return [change for change in saying.changes(row, kind, how, names) if change[1] != change[2]]
