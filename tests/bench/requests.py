"""Requests by the hundred thousand: a few go their way through the services, the others are copied from them, statement by
statement, with everything the product keeps of one: content, round, seats with their decisions, audit entries and the head of
their chain, messages, words and pairs of characters for search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.purchases import service as purchases
from collab.subjects import service as subjects
from tests.bench.lab import driver_url
from tests.bench.product import FIRST, REQUESTER, SECOND, Installation
from tests.bench.waits import PEOPLE, POSTS
from tests.factories import request_fields

MEMBERS = 300
WAITING = 8
"""Requests that wait for each of them, and for the CMO: what waits does not grow with what has ended."""
RARE, SCARCE, PAIR, COMMON = "Xylograph", 20, "予算", "campaign"
"""A word of so many requests, one of two characters that every hundredth holds, one of nearly all."""
TITLES = ("Mail campaign tool", f"Mail campaign tool, {PAIR}", f"{RARE} plates")

PICKS = """
create temp table picks as
select n, 'PR-' || n as key, case when n < %(base)s + %(scarce)s then %(rare)s when n %% 100 = 0 then %(pair)s else %(plain)s end as model,
       p.ids[1 + n %% cardinality(p.ids)] as who,
       p.ids[1 + (n + 7) %% cardinality(p.ids)] as other,
       p.ids[1 + (n + 3) %% cardinality(p.ids)] as asker, make_interval(mins => ((%(last)s - n) * 1000000.0 / (%(last)s - %(base)s + 1))::int) as ago
from generate_series(%(base)s::bigint, %(last)s::bigint) n, (select array_agg(id order by id) ids from members where email like 'bench%%') p;
"""
WAITS = """
update picks set model = %(waits)s where n > %(last)s - %(waiting)s
"""
Changes = Mapping[str, str]
COPIED: tuple[tuple[str, str, Changes], ...] = (
    ("purchases", "p.model = 'PR-' || m.id", {
        "id": "p.n", "requester_id": "p.asker", "created_at": "m.created_at - p.ago", "submitted_at": "m.submitted_at - p.ago",
        "ended_at": "m.ended_at - p.ago",
    }),
    ("subjects", "p.model = m.key", {"key": "p.key", "created_at": "m.created_at - p.ago"}),
    ("approval_rounds", "p.model = m.subject_key", {
        "id": "p.n", "subject_key": "p.key", "requester_id": "p.asker", "barred": "json_build_array(p.asker)",
        "opened_at": "m.opened_at - p.ago", "ended_at": "m.ended_at - p.ago",
    }),
    ("approval_seats", "p.model = (select r.subject_key from approval_rounds r where r.id = m.round_id)", {
        "id": "", "round_id": "p.n", "opened_at": "m.opened_at - p.ago", "due_at": "m.due_at - p.ago",
        "decided_at": "m.decided_at - p.ago",
        "member_id": "case when m.state <> 'waiting' then m.member_id when m.office = 'CMO' then p.who else p.other end",
    }),
    ("audit_entries", "p.model = m.subject_key", {"id": "", "subject_key": "p.key", "at": "m.at - p.ago"}),
    ("outbox_messages", "p.model = m.subject_key", {
        "id": "", "subject_key": "p.key", "delivery_id": "m.delivery_id || '-' || p.n", "dedupe_key": "m.dedupe_key || '-' || p.n",
        "state": "'sent'", "settled_at": "m.created_at - p.ago", "created_at": "m.created_at - p.ago",
        "due_at": "m.due_at - p.ago",
    }),
    ("subject_texts", "p.model = m.key", {"key": "p.key"}),
    ("subject_grams", "p.model = m.prefix || '-' || m.number", {"number": "p.n"}),
)  # fmt: skip
"""Table, which of its rows belong to a copied request, and what is different in the copy ("": counted on by itself)."""
QUICK = (
    "set session_replication_role = replica",
    "set synchronous_commit = off",
    "set maintenance_work_mem = '512MB'",
    "set work_mem = '256MB'",
    "set allow_system_table_mods = on",
    "update pg_index set indisready = false where indrelid::regclass::text = any (array["
    + ", ".join(f"'{table}'" for table, *_ in COPIED)
    + "])",
)
"""How millions of rows come in minutes: what is copied has been checked already, so no trigger and no foreign key looks at each
row, and an index is made once, when its table is full."""


def plant(ours: Installation, count: int) -> None:
    """Write so many requests: nearly all decided, the newest waiting for members in turn; and WAITING for the CMO."""
    with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
        connection.execute(PEOPLE, {"count": MEMBERS})
        connection.execute(POSTS)
    ended = [_ended(ours, title) for title in TITLES]
    waits = ours.filed(WAITING)
    with ours.app.app_context():
        while subjects.index():
            pass
    with psycopg.connect(driver_url(ours.url)) as connection:
        _copy(connection, ended, waits[0], count)
    ours.settle()


def _ended(ours: Installation, title: str) -> str:
    """One that went its way: filed, approved by the CMO, decided by the CIO."""
    with ours.app.app_context():
        key = purchases.file(ours.member(REQUESTER), request_fields(title=title), now=clock.now()).key
    for name in (FIRST, SECOND):
        actor = ours.member(name)
        with ours.app.app_context():
            approvals.decide(key=key, actor=actor, verb="approve", now=clock.now())
    return key


def _copy(connection: psycopg.Connection[Any], ended: Sequence[str], waits: str, count: int) -> None:
    row = connection.execute(
        "select greatest((select max(id) from purchases), (select max(id) from approval_rounds)) + 1"
    ).fetchone()
    base = int(row[0]) if row else 1
    last, plain, pair, rare = base + count - 1, *ended
    connection.execute(
        _literal(PICKS, base=base, last=last, scarce=min(SCARCE, count // 4), plain=plain, pair=pair, rare=rare)
    )
    connection.execute(_literal(WAITS, last=last, waits=waits, waiting=min(MEMBERS * WAITING, count // 4)))
    connection.execute("analyze picks")
    for setting in QUICK:
        connection.execute(setting)
    for table, whose, changes in COPIED:
        connection.execute(_statement(connection, table, whose, changes))
        connection.execute(sql.SQL("reindex table {}").format(sql.Identifier(table)))
        connection.commit()
    for table in ("purchases", "approval_rounds"):
        connection.execute("select setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


def _literal(statement: str, **values: Any) -> sql.Composed:
    """Table-making statements take no parameters from outside."""
    text = statement
    for name in values:
        text = text.replace(f"%({name})s", f"{{{name}}}")
    return sql.SQL(text.replace("%%", "%")).format(**{name: sql.Literal(value) for name, value in values.items()})


def _statement(connection: psycopg.Connection[Any], table: str, whose: str, changes: Changes) -> sql.Composed:
    """Every column as the copied row has it, but for the changes."""
    named = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s", [table]
    )
    columns = [name for (name,) in named if changes.get(name) != ""]
    values = [sql.SQL(changes[name]) if name in changes else sql.Identifier("m", name) for name in columns]
    return sql.SQL("insert into {} ({}) select {} from {} m join picks p on {} order by p.n").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(values), sql.Identifier(table),
        sql.SQL(whose),
    )  # fmt: skip
