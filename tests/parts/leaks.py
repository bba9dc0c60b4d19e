"""What a reader of the company can get to see, everywhere at once: the proof that something written in secret stays secret.

    found = leaks(app, company, "zq7shhh", ("cio", "nao", "auditor", "agency"), own=("blueprint_answers.text",))
    assert found == []                                        # "cio GET /initiatives/I-1", "table outbox_messages.args", ...
    assert tell_apart(app, company, ("cio",), change, own=("blueprint_answers.text",)) == []   # what they read does not hang on it

The addresses come from the application's own map and the Slack edges from its own registry, so that a new route, command, button
or message is looked at from the day it is written. The marker is plain letters and digits; it is found in any case, also behind
other letters, and in files that are packed.
"""

from __future__ import annotations

import html
import io
import logging
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import Engine, event, inspect, select, text

from collab.audit import queries as audit
from collab.digests.service import previewing
from collab.home import tab, unfurls
from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import Base, db
from collab.kernel.errors import DomainError, Invalid
from collab.outbox.models import Message
from collab.outbox.registry import Envelope, kinds
from collab.slack.grammar import KEY, REST
from collab.slack.registry import edges
from collab.slack.talk import Talk, Typed
from collab.subjects import queries as subjects
from collab.subjects.models import Subject
from collab.subjects.registry import registry
from collab.web import pages
from tests.factories import Company
from tests.parts.clients import Api, Pages

WEEKS = ("2026-W46",)
QUARTERS = ("FY2026-Q2", "FY2026-Q3")
PLACES: dict[str, tuple[str, ...]] = {
    "code": ("tokyo",), "kind": ("purchases", "tasks", "measurements"), "department": ("marketing", "it"), "week": WEEKS,
    "channel": ("C1",), "filename": (), "name": (), "topic": ("approver",), "email": ("mika@example.com",), "quarter": QUARTERS, "version": ("1",), "number": ("1",),
}  # fmt: skip
"""What stands in the places of an address. A place that is neither here nor a key nor a number stops the test: give it a value."""
NOISE = re.compile(
    r'name="csrf_token"[^>]*value="[^"]*"|nonce[-=][\'"]?[\w+/=-]+|name="form" value="[^"]*"|(?im:^(date|set-cookie|x-request-id):.*$)'
)
"""What is different each time whatever one reads."""
WIDE = 3
"""So many viewers read everything there is for them."""


Callers = Mapping[str, tuple[Api, Pages]]
Ask = Callable[[], str]


@dataclass
class Readings:
    """Everything somebody reads, by "who where"; `looked` are the places where the secret's table was looked into, `refused` those
    that were shut to somebody."""

    found: dict[str, str] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    here: str = ""

    def add(self, who: str, where: str, said: str) -> None:
        """Keep what they read there."""
        self.found[f"{who} {where}"] = said
        if where.startswith("GET ") and said[:1] in "45":
            self.refused.add(where)

    def more(self, other: Readings) -> None:
        """What others read as well."""
        self.found.update(other.found)
        self.looked |= other.looked
        self.refused |= other.refused

    def holding(self, marker: str) -> list[str]:
        """Where the marker stands."""
        return sorted(where for where, said in self.found.items() if holds(said, marker))


def leaks(
    app: Flask, company: Company, marker: str, viewers: Sequence[str], *, own: Collection[str], skip: Collection[str] = (),
    only: Collection[str] | None = None,
) -> list[str]:  # fmt: skip
    """Everything that holds the marker where one of these viewers reads it, and every table that keeps it besides those of `own`,
    the columns of the secret ("blueprint_answers.text"). `skip`: codes of actions and modals that reveal by right. Call it outside
    any application context.

    The first viewer reads every address (or just `only`, and what is about a subject); the next two what was shut to those before
    them; everybody every place where one of them made us look into the secret, and all pages and calls about a subject of that
    kind: what never looks there for anybody cannot tell it, for no other table keeps it.
    """
    read = readings(app, company, callers_of(app, company, viewers[:1]), own=own, marker=marker, skip=skip, only=only)
    for name in viewers[1:WIDE]:
        shut = _addresses_of(read.looked | read.refused)
        read.more(
            readings(app, company, callers_of(app, company, (name,)), own=own, marker=marker, skip=skip, only=shut)
        )
    near = _addresses_of(read.looked)
    rest = callers_of(app, company, viewers[WIDE:])
    read.more(readings(app, company, rest, own=own, marker=marker, skip=skip, only=near, just=read.looked))
    with company.indoors():
        tables = {one.partition(".")[0] for one in own}
        found = read.holding(marker)
        found += [f"table {one}" for one in kept_in(marker) if one.partition(".")[0] not in tables]
        for name in viewers:
            found += [f"{name} search {one.key}" for part in (marker, marker[: len(marker) // 2 + 1])
                      for one in subjects.search(company.member(name), part)]  # fmt: skip
    return sorted(set(found))


def tell_apart(
    app: Flask, company: Company, viewers: Sequence[str], change: Callable[[], object], *, own: Collection[str],
    only: Collection[str] | None = None,
) -> list[str]:  # fmt: skip
    """What reads otherwise (words, headers, marks of versions) once `change` has changed nothing but the secret. Time stands
    still; what is different each time anyway is left out. With `only`, of the addresses that are about no subject just these.

    Everything is read once, to see what looks into a table of `own` at all. The rest cannot differ, because no other table does:
    one that changes is found as well.
    """
    tables = {one.partition(".")[0] for one in own}
    with time_machine.travel(company.now, tick=False):
        callers = callers_of(app, company, viewers)
        looked = readings(
            app, company, callers, own=tables, only=only
        ).looked  # some things are marked as read by reading
        near = _addresses_of(looked)
        before = readings(app, company, callers, own=tables, only=near, just=looked).found
        kept = tables_of(company, tables)
        change()
        changed = {f"table {name}" for name, rows in tables_of(company, tables).items() if rows != kept[name]}
        after = readings(app, company, callers, own=tables, only=near, just=looked).found
    differ = {where for where in before.keys() | after.keys() if _plain(before.get(where)) != _plain(after.get(where))}
    return sorted(differ | changed)


def tables_of(company: Company, without: Collection[str] = ()) -> dict[str, str]:
    """Every row of every table."""
    with company.indoors():
        db.session.rollback()
        return {
            one.name: "\n".join(str(tuple(row)) for row in db.session.execute(one.select()))
            for one in Base.metadata.sorted_tables
            if one.name not in without
        }


def callers_of(app: Flask, company: Company, viewers: Sequence[str]) -> Callers:
    """Each of them with a token and signed in."""
    return {name: (Api(app, company.token(name)), Pages(company, name)) for name in viewers}


def readings(
    app: Flask, company: Company, callers: Callers, *, own: Collection[str], marker: str = "", skip: Collection[str] = (),
    only: Collection[str] | None = None, just: Collection[str] | None = None,
) -> Readings:  # fmt: skip
    """Everything these read: pages and calls, Slack, the weekly digest; the audit export once, for whoever may. With `only`, of
    the addresses that are about no subject just these; with `just`, of Slack and of what is put together just these."""
    read = Readings()
    with company.indoors():
        keys = subject_keys()
        paths = [*addresses(app, keys), *(f"/search?q={marker[: len(marker) // 2 + 1]}" for _ in marker[:1])]
        near = _alike(keys, only) if only else keys
        paths = [path for path in paths if only is None or path in only or _is_about(path, near)]
        keys = near
    with _watched(read, own), _uncounted():
        for name, (api, browser) in callers.items():
            for path in paths:
                read.here = f"GET {path}"
                read.add(name, read.here, _got(api if path.startswith("/api/") else browser, path))
        with company.indoors():
            for name in callers:
                me = company.member(name)
                for where, ask in [*in_slack(me, company, keys, skip), *put_together(me, company, keys)]:
                    if just is None or where in just:
                        read.here = where
                        read.add(name, where, ask())
                db.session.rollback()
    return read


@contextmanager
def _uncounted() -> Iterator[None]:
    """The header of every page counts what waits. The inbox is read by itself, once."""
    counter = pages._counters["inbox"]
    pages.inbox_counter(lambda _member: 0)
    try:
        yield
    finally:
        pages.inbox_counter(counter)


def _alike(keys: Sequence[str], only: Collection[str]) -> list[str]:
    """Those of the keys that are of the kind of something these addresses are about."""
    kinds_ = {key.partition("-")[0] for key in keys if any(_is_about(path, [key]) for path in only)}
    return [key for key in keys if key.partition("-")[0] in kinds_]


def _addresses_of(places: Collection[str]) -> set[str]:
    return {place.removeprefix("GET ") for place in places if place.startswith("GET ")}


def _is_about(path: str, keys: Collection[str]) -> bool:
    return not set(path.split("/")).isdisjoint(keys)


@contextmanager
def _watched(read: Readings, own: Collection[str]) -> Iterator[None]:
    """Note at which address one of the columns is looked into."""

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT") and any(column in statement for column in own):
            read.looked.add(read.here)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def subject_keys() -> list[str]:
    """Of everything that has a page or a card one of its kind, the first there was: the one the secret is about."""
    first: dict[str, str] = {}
    for key in db.session.scalars(select(Subject.key).order_by(Subject.key)):
        first.setdefault(key.partition("-")[0], key)
    return [first[kind.prefix] for kind in registry.kinds if kind.prefix in first]


def addresses(app: Flask, keys: Sequence[str]) -> Iterator[str]:
    """Every address that can be read, with whatever its places may hold. Raises KeyError for a place nothing is known about."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        found = [rule.rule]
        for place in re.findall(r"<[^>]+>", rule.rule):
            found = [path.replace(place, one, 1) for path in found for one in _fill(place, rule.rule, keys)]
        yield from found


def _fill(place: str, rule: str, keys: Sequence[str]) -> Sequence[str]:
    kind, _, name = place.strip("<>").rpartition(":")
    if name == "key" or name.endswith("_key"):
        return [key for key in keys if _belongs(rule, key)]
    return ("1",) if kind.startswith("int") or name.endswith("_id") else PLACES[name]


def _belongs(rule: str, key: str) -> bool:
    """Whether a key is one of what an address is about; any is, where it is about anything."""
    about = {f"{kind.code}s": kind.prefix for kind in registry.kinds}
    first = next(part for part in rule.split("/") if part not in ("", "api", "v1"))
    return first not in about or key.partition("-")[0] == about[first]


def _got(caller: Api | Pages, path: str) -> str:
    """What comes back, word for word: status, headers, body; a packed file unpacked."""
    answer = caller.get(path)
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers if path not in value)
    body = answer.get_data()
    return (
        f"{answer.status_code}\n{head}\n\n{_unpacked(body) if body[:2] == b'PK' else body.decode('utf-8', 'replace')}"
    )


def _unpacked(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def in_slack(me: Actor, company: Company, keys: Sequence[str], skip: Collection[str]) -> Iterator[tuple[str, Ask]]:
    """What commands, buttons and modals answer this member; nothing that is entered says what they themselves would answer."""

    def talk(**more: Any) -> Talk:
        return Talk(me, i18n.Reader(me.locale, me.zone), company.now, "T1", "U1", **more)

    for code, takes, handler in [(one.code, one.takes, one.handler) for one in edges.vocabulary.commands.values()]:
        for typed in () if code in skip else _lines(takes, keys):
            yield f"/collab {code} {typed.key} {typed.rest}", partial(answered, handler, talk(typed=typed))
    for code, handler in edges.actions.items():
        for pressed in () if code in skip else ("all", "1", *(f"{key}{more}" for key in keys for more in _MEANT)):
            yield f"button {code} {pressed}", partial(answered, handler, talk(pressed=pressed, action=code))
    for code, handler in edges.modals.items():
        for key in () if code in skip else keys:
            data = {"key": key, "keys": [key], "verb": "answer", "mark": "x", "seen": 1, "question": 1, "dialogue": 1}
            yield f"modal {code} {key}", partial(answered, handler, talk(data=data, entered={}))


_MEANT = ("", ":1", ":2")
"""What a button may carry behind the key."""


def _lines(takes: str, keys: Sequence[str]) -> list[Typed]:
    if takes == KEY:
        return [Typed(key) for key in keys]
    return [Typed(), *(Typed(rest=key) for key in keys)] if takes == REST else [Typed()]


def put_together(me: Actor, company: Company, keys: Sequence[str]) -> Iterator[tuple[str, Ask]]:
    """What is written for this member without being asked: the Home tab, links unfurled, the next digest, their inbox, and every
    message, card, line and news item as it would read if it came to them."""
    how = i18n.Reader(me.locale, me.zone)
    yield "home tab", partial(answered, lambda who: tab.blocks_for(who, how, company.now), me)
    yield "digest", partial(answered, lambda who: previewing.preview(who, None, now=company.now), me)
    yield "inbox", partial(answered, lambda who: subjects.inbox(who, company.now), me)
    for key in keys:
        yield f"unfurl {key}", partial(answered, lambda who, key=key: unfurls.preview(who, key, how), me)
        yield f"face {key}", partial(answered, lambda who, key=key: registry.kind_of(key).face(key, who), me)
    for said in db.session.scalars(select(Message).order_by(Message.id)):
        kind = kinds.get(said.kind)
        envelope = Envelope(said.subject_key, said.args, me, how, company.now, said.id, (me.id,))
        for name in ("render", "repaint", "line") if kind else ():
            if (render := getattr(kind, name)) is not None:
                yield f"message {said.kind} {said.id} {name}", partial(answered, render, envelope)
    if me.is_auditor:
        yield "audit export", lambda: "\n".join(audit.export())


def answered(handler: Callable[[Any], Any], asked: Any) -> str:
    """Everything a handler answers, a refusal too; what it did is undone. What no button of ours sends may break it: what it says
    then is read as well."""
    said = ""
    try:
        with atomic():
            said = _said(handler, asked)
            raise _UndoneError
    except _UndoneError:
        return said


def _said(handler: Callable[[Any], Any], asked: Any) -> str:
    try:
        return repr(handler(asked))
    except DomainError as refused:
        fields = refused.fields if isinstance(refused, Invalid) else {}
        return repr([str(text) for text in (refused.text, *fields.values())])
    except (KeyError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError, IndexError) as broken:
        return f"not pressed so: {broken!r}"


class _UndoneError(Exception):
    pass


def kept_in(marker: str) -> list[str]:
    """The columns of the database in which the marker stands, as "table.column": whatever reads them could tell it."""
    there = set(inspect(db.engine).get_table_names())
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name in there else ():
            wanted = text(f'select count(*) from "{table.name}" where lower(cast("{column.name}" as text)) like :like')
            if db.session.execute(wanted, {"like": f"%{marker.casefold()}%"}).scalar():
                found.append(f"{table.name}.{column.name}")
    return found


def holds(said: str, marker: str) -> bool:
    """Whether the marker can be read in it, however it is written."""
    return marker.casefold() in html.unescape(said).casefold()


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, down to DEBUG, statements with what they were given."""
    heard: list[str] = []
    ear = _Ear(heard)
    root, statements = logging.getLogger(), logging.getLogger("sqlalchemy.engine")
    before = root.level, statements.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    statements.setLevel(logging.INFO)
    try:
        yield heard
    finally:
        root.removeHandler(ear)
        root.setLevel(before[0])
        statements.setLevel(before[1])


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Whatever the record says or carries."""
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.heard.append(f"{record.name} {record.msg!r} {record.args!r} {trace}")


def _plain(said: str | None) -> str:
    return NOISE.sub("", said or "")
