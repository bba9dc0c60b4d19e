"""Tables of the floors, and papers in them."""

from __future__ import annotations

import psycopg
from psycopg.types.json import Jsonb

from tests.bench.floors import flow

TABLES = """
create table papers (
  id bigint generated always as identity primary key, title text not null, amount bigint not null,
  requester integer not null, state text not null, step integer not null default 0, version integer not null default 1,
  created_at timestamptz not null default now(), ended_at timestamptz
);
create table rounds (
  id bigint generated always as identity primary key, paper_id bigint not null references papers, route jsonb not null,
  opened_at timestamptz not null default now()
);
create table seats (
  id bigint generated always as identity primary key, round_id bigint not null references rounds, step integer not null,
  member integer not null, state text not null, opened_at timestamptz, unique (round_id, step, member)
);
create table decisions (
  id bigint generated always as identity primary key, paper_id bigint not null references papers, step integer not null,
  member integer not null, verb text not null, comment text, at timestamptz not null default now(), unique (paper_id, step)
);
create table entries (
  id bigint generated always as identity primary key, paper_id bigint not null, verb text not null, actor integer,
  details jsonb, at timestamptz not null default now()
);
create table messages (
  id bigint generated always as identity primary key, paper_id bigint not null, recipient integer, kind text not null,
  args jsonb, state text not null, due_at timestamptz not null default now()
);
create index on rounds (paper_id);
create index on messages (due_at) where state = 'pending';
"""

ROUNDS = "insert into rounds (paper_id, route) select id, %s from papers"
SEATS = """
insert into seats (round_id, step, member, state, opened_at)
select id, 0, %(first)s, 'waiting', now() from rounds union all select id, 1, %(second)s, 'planned', null from rounds
"""


def found(url: str, papers: int = 0) -> list[int]:
    """Make the tables and so many pending papers with their rounds and seats; their ids."""
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)
        made = connection.execute(
            "insert into papers (title, amount, requester, state)"
            " select 'Mail campaign tool', 500000, 1, 'pending' from generate_series(1, %s) returning id",
            [papers],
        )
        numbers = [number for (number,) in made]
        connection.execute(ROUNDS, [Jsonb(flow.ROUTE)])
        connection.execute(SEATS, {"first": flow.CMO, "second": flow.CIO})
        return numbers
