"""A tree of goals by the thousand: ten to a parent, two of three hundred people who answer for each, a metric of which every month was measured."""

from __future__ import annotations

from datetime import date

import psycopg

from tests.bench.floors.sweep import MEMBERS
from tests.bench.lab import driver_url
from tests.bench.product import Installation
from tests.bench.waits import PEOPLE, POSTS

WIDTH = 10
"""Children of a goal."""
MEASURED = 30
"""Figures of a metric."""
MEMBER = "mika"
GOALS = """
insert into goals (id, kind, title, outcome, starts_on, due_on, state, visibility, version, progress_from, progress, created_by_id,
                   created_at, activated_at)
select n, case when n <= %(roots)s::int then 'vision' else 'goal' end, 'Customers find what they need, part ' || n,
       'Nobody has to ask twice for the same thing.', date '2026-04-01', date '2027-03-31', 'active',
       case when n %% 10 = 9 then 'involved' else 'company' end, 1, case when (n - %(base)s::int) * 10 <= %(last)s::int - %(base)s::int then 'children' else 'metric' end,
       (n * 7) %% 100, m.id, now(), now()
from generate_series(%(first)s::int, %(last)s::int) n, (select id from members where email = 'cmo@example.com') m
"""
OWNERS = """
insert into goal_owners (goal_id, side, department_code, member_id, named_at, accepted_at, means, confidence, checked_in_at)
select n, side, case side when 1 then 'marketing' else 'it' end,
       case when side = 1 and n %% 500 = 3 then (select id from members where email = 'mika@example.com')
            when side = 1 and n %% 10 = 5 then (select id from members where email = 'nao@example.com')
            else p.ids[1 + (n * 2 + side) %% cardinality(p.ids)] end,
       now(), now(), 'Ours.', 40 + 10 * (n %% 5), now()
from generate_series(%(first)s::int, %(last)s::int) n, generate_series(1, 2) side,
     (select array_agg(id order by id) ids from members where email like 'bench%%') p
"""
TIES = """
insert into goal_parents (child_id, parent_id, kind, share)
select n, %(base)s::int + (n - %(base)s::int) / 10, 'contribute', 100 from generate_series(%(roots)s::int + 1, %(last)s::int) n
"""
METRICS = """
insert into goal_metrics (goal_id, position, role, name, type, unit, kind, baseline, baseline_on, target, is_ratio, per, gathers,
                          period, about, places, stale_after_days, value, measured_on, created_at)
select n, 1, '', 'Found at once', 'custom', '%%', 'increase', 20, date '2026-04-01', 90, false, 1, false, 'month', 'customer', 1, 92,
       50, %(today)s, now()
from generate_series(%(first)s::int, %(last)s::int) n
"""
MEASUREMENTS = """
insert into goal_measurements (metric_id, "on", source, value, recorded_by_id, recorded_at)
select k.id, %(today)s - day, 'CRM', 20 + (k.id * day) %% 60, m.id, now()
from goal_metrics k, generate_series(0, %(measured)s::int - 1) day, (select id from members where email = 'nao@example.com') m
where k.goal_id >= %(first)s::int
"""
SUBJECTS = """
insert into subjects (key, kind, audit_seq, audit_hash, indexed_seq, created_at)
select 'G-' || n, 'goal', 0, '', 0, now() from generate_series(%(first)s::int, %(last)s::int) n
"""
NUMBERS = "select setval(pg_get_serial_sequence('goals', 'id'), %(last)s::int)"


def plant(ours: Installation, count: int, today: date) -> list[str]:
    """Write so many goals; the keys of some of them that the company sees, from all heights of the tree."""
    with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
        connection.execute(PEOPLE, {"count": MEMBERS})
        connection.execute(POSTS)
        row = connection.execute("select coalesce(max(id), 0) + 1 from goals").fetchone()
        first = int(row[0]) if row else 1
        last = first + count - 1
        about = {
            "first": first,
            "last": last,
            "roots": first + WIDTH - 2,
            "base": first - 1,
            "today": today,
            "measured": MEASURED,
        }
        for statement in (GOALS, OWNERS, TIES, METRICS, MEASUREMENTS, SUBJECTS, NUMBERS):
            connection.execute(statement, {name: value for name, value in about.items() if f"%({name})s" in statement})
    ours.settle()
    step = max(1, count // 60)
    return [f"G-{number}" for number in range(first, last + 1, step) if number % WIDTH != WIDTH - 1]
