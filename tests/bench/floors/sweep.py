"""The floor of the sweep: claim, move, write notices and messages, in one statement a batch; business calendars are looked
up, not counted: somebody else worked out every next moment beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

BATCH, RUNGS, MEMBERS = 500, 4, 300
TABLES = """
create table people (id integer primary key, calendar text not null, lead integer not null, line integer not null);
create table ahead (calendar text, rung integer, opens_at timestamptz, next_at timestamptz, primary key (calendar, rung));
create table waits (
  id bigint generated always as identity primary key, key text not null, late integer not null, other integer not null,
  rung integer not null, next_at timestamptz
);
create index on waits (next_at) where next_at is not null;
create table notices (
  id bigint generated always as identity primary key, wait_id bigint not null, rung integer not null, member integer not null,
  slot timestamptz not null, notice_at timestamptz not null, unique (wait_id, rung, member, slot)
);
create table messages (
  id bigint generated always as identity primary key, wait_id bigint not null, recipient integer not null, state text not null,
  due_at timestamptz not null
);
create index on messages (due_at) where state = 'pending';
"""
SWEEP = """
with due as (
  select w.id, w.late, w.other, w.rung, w.next_at from waits w where next_at <= %(now)s order by next_at, id limit %(most)s
  for update skip locked
), moved as (
  update waits w set rung = due.rung + 1, next_at = a.next_at
  from due join people p on p.id = due.late join ahead a on a.calendar = p.calendar and a.rung = due.rung
  where w.id = due.id returning w.id
), told as (
  insert into notices (wait_id, rung, member, slot, notice_at)
  select due.id, due.rung, reader.member, due.next_at, a.opens_at
  from due join people p on p.id = due.late join people o on o.id = due.other
  join ahead a on a.calendar = p.calendar and a.rung = due.rung
  cross join lateral unnest(case due.rung when 0 then array[due.late] when 1 then array[p.lead] else array[p.line, o.line] end)
    as reader (member)
  on conflict do nothing returning wait_id, member, notice_at
), said as (
  insert into messages (wait_id, recipient, state, due_at) select wait_id, member, 'pending', notice_at from told
)
select count(*) from moved
"""


def fill(url: str, rows: int, due: int, moments: list[datetime]) -> None:
    """So many waits that are far off, and `due` more for each of the moments, at three rungs."""
    far = moments[-1] + timedelta(days=30)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLES)
        connection.execute(
            "insert into people select n, case n %% 2 when 0 then 'tokyo' else 'london' end, 1 + n %% 20, 1 + n %% 5"
            " from generate_series(1, %s) n", [MEMBERS],
        )  # fmt: skip
        connection.execute(
            "insert into ahead select c, r, %(at)s, %(at)s + make_interval(hours => 4 + 20 * r)"
            " from unnest(array['tokyo', 'london']) c, generate_series(0, 3) r", {"at": moments[-1]},
        )  # fmt: skip
        wait = "insert into waits (key, late, other, rung, next_at) select 'X-' || n, 1 + n %% 300, 1 + (n + 7) %% 300,"
        connection.execute(f"{wait} 0, %s from generate_series(1, %s) n", [far, rows])
        for moment in moments:
            connection.execute(f"{wait} n %% 3, %s from generate_series(1, %s) n", [moment, due])
        connection.execute("vacuum analyze")


def sweep(connection: psycopg.Connection[tuple[int]], now: datetime) -> int:
    """Everything that is due, in batches; how many were moved."""
    moved = 0
    while True:
        with connection.transaction():
            row = connection.execute(SWEEP, {"now": now, "most": BATCH}).fetchone()
        done = row[0] if row else 0
        moved += done
        if done < BATCH:
            return moved
