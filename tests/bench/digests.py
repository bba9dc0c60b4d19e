"""A company by the thousand for a week's digest: people in departments of fifty, goals of two of them, check-ins and tasks between
them, all in one zone; how every goal stood at the end of two weeks is written down."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg

from tests.bench.lab import driver_url
from tests.bench.product import Installation

WEEK, BEFORE = "2026-W46", "2026-W45"
NOW = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
"""Monday, 09:00 in Tokyo: issues of the week 46 are due."""
SINCE, UNTIL = datetime(2026, 11, 8, 15, 0, tzinfo=UTC), datetime(2026, 11, 15, 15, 0, tzinfo=UTC)
GOALS, CHECKINS, TASKS, CROWD = 10, 3, 20, 50
"""Goals and tasks for each person, check-ins for each goal, people of a department."""
STATEMENTS = (
    """insert into departments (code, name_en, name_ja, side)
    select 'd' || n, 'Department ' || n, '第' || n || '部', case n %% 2 when 0 then 'business' else 'it' end
    from generate_series(0, %(departments)s::int - 1) n""",
    """insert into members (id, email, name_en, name_ja, locale, locale_given, site_code, is_admin, is_auditor, created_at)
    select 1000 + n, 'bench' || n || '@example.com', 'Member ' || n, '社員' || n, case n %% 2 when 0 then 'ja' else 'en' end, true, 'tokyo',
    false, false, %(long_ago)s from generate_series(0, %(people)s::int - 1) n""",
    """insert into posts (member_id, department_code, rank, from_on)
    select 1000 + n, 'd' || n %% %(departments)s::int, 0, date '2025-04-01' from generate_series(0, %(people)s::int - 1) n""",
    """insert into leads (member_id, department_code, from_on)
    select 1000 + n, 'd' || n, date '2025-04-01' from generate_series(0, %(departments)s::int - 1) n""",
    """insert into goals (id, kind, title, outcome, starts_on, due_on, state, visibility, version, progress_from, progress, created_by_id,
    created_at, activated_at)
    select 1000 + n, 'goal', 'Customers find what they need, part ' || n, 'Nobody has to ask twice.', date '2026-04-01',
    case n %% 40 when 0 then date '2026-11-20' else date '2027-03-31' end, 'active', case n %% 10 when 9 then 'involved' else 'company' end,
    1, 'metric', (n * 7) %% 100, 1000 + n %% %(people)s::int, %(long_ago)s, %(long_ago)s from generate_series(0, %(goals)s::int - 1) n""",
    """insert into goal_owners (goal_id, side, department_code, member_id, named_at, accepted_at, means, confidence, checked_in_at, asked_at,
    due_at)
    select 1000 + n, side, 'd' || (n + side) %% %(departments)s::int, 1000 + (n + side * %(people)s::int / 2) %% %(people)s::int, %(long_ago)s,
    %(long_ago)s, 'Ours.', 40 + 10 * ((n / side) %% 5), %(long_ago)s, case n %% 20 when 3 then %(now)s::timestamptz - interval '3 days' end,
    case n %% 20 when 3 then %(now)s::timestamptz - interval '1 day' end
    from generate_series(0, %(goals)s::int - 1) n, generate_series(1, 2) side""",
    """insert into goal_weeks (week, goal_id, progress, status, broken, taken_at)
    select w, 1000 + n, (n * 7 + case when w = %(week)s then (n %% 5) * 3 else 0 end) %% 100,
    (array['on_track', 'on_track', 'on_track', 'at_risk', 'off_track'])[1 + (n + case when w = %(week)s and n %% 7 = 0 then 1 else 0 end) %% 5],
    false, %(now)s from generate_series(0, %(goals)s::int - 1) n, unnest(array[%(before)s, %(week)s]) w""",
    """insert into goal_checkins (goal_id, member_id, side, at, confidence, note, suggested, progress, no_change)
    select 1000 + n %% %(goals)s::int, 1000 + n %% %(people)s::int, 1, %(long_ago)s::timestamptz + make_interval(mins => n %% 40000), 60,
    'As planned.', 'on_track', 40, false from generate_series(0, %(checkins)s::int - 1) n""",
    """insert into periods (job, period, claimed_at) values ('goals.week', %(week)s, %(now)s), ('goals.week', %(before)s, %(now)s)""",
    """insert into tasks (state, version, title, severity, visibility, source, from_department, to_department, cross_silo, asker_id,
    confirmer_id, responsible_id, assignee_id, waiting_id, waiting_department, waiting_since, due_at, promised_at, handovers, snoozes,
    counters, moved_verb, moved_by_id, moved_at, asked_at, accepted_at, done_at, ended_at)
    select s.state, 1, 'Customer list of campaign ' || n, 'normal', 'company', 'web', 'd' || n %% %(departments)s::int,
    'd' || (n + 1) %% %(departments)s::int, true, asker, asker, owner, owner,
    case when s.ends is null then case s.state when 'done' then asker else owner end end,
    case when s.ends is null then 'd' || (n + case s.state when 'done' then 0 else 1 end) %% %(departments)s::int end,
    case when s.ends is null then %(now)s::timestamptz - interval '5 days' end,
    case when s.ends is null then %(now)s::timestamptz + s.due end, %(now)s::timestamptz + interval '9 days', 0, 0, 0, s.verb, owner,
    %(now)s::timestamptz - s.ago, %(long_ago)s, case when s.state in ('accepted', 'done', 'confirmed') then %(now)s::timestamptz - s.ago end,
    case when s.state in ('done', 'confirmed') then %(now)s::timestamptz - s.ago end, %(now)s::timestamptz + s.ends
    from generate_series(0, %(tasks)s::int - 1) n
    cross join lateral (select 1000 + (n / 10) %% %(people)s::int asker, 1000 + (n / 10 + %(people)s::int / 2) %% %(people)s::int owner) p
    join (values
      (0, 'confirmed', 'confirm', null::interval, interval '30 days', interval '-29 days'),
      (1, 'confirmed', 'confirm', null, interval '40 days', interval '-39 days'),
      (2, 'confirmed', 'confirm', null, interval '50 days', interval '-49 days'),
      (3, 'confirmed', 'confirm', null, interval '4 days', interval '-3 days'),
      (4, 'withdrawn', 'withdraw', null, interval '60 days', interval '-59 days'),
      (5, 'accepted', 'accept', interval '9 days', interval '4 days', null), (6, 'asked', 'ask', interval '4 days', interval '2 days', null),
      (7, 'asked', 'ask', interval '-2 days', interval '12 days', null), (8, 'done', 'done', interval '3 days', interval '3 days', null),
      (9, 'accepted', 'accept', interval '3 days', interval '20 days', null)
    ) s (place, state, verb, due, ago, ends) on s.place = n %% 10""",
    """insert into purchases (id, state, version, content_version, round, requester_id, department_code, title, vendor, category, amount_minor,
    total_minor, currency, tax_included, billing, channels, units, regions, personal_data, visibility, created_at, submitted_at, ended_at)
    select 1000 + n, 'approved', 3, 1, 1, 1000 + n * 10, 'd' || (n * 10) %% %(departments)s::int, 'Mail tool ' || n, 'Hikari KK', 'martech', 500000,
    500000, 'JPY', true, 'one_time', 1, 1, 1, false, 'involved', %(long_ago)s, %(long_ago)s, %(now)s::timestamptz - interval '4 days'
    from generate_series(0, %(people)s::int / 10 - 1) n""",
    """insert into approval_rounds (id, subject_key, number, state, step, version, content_version, requester_id, barred, route, route_version_id,
    opened_at, ended_at)
    select 1000 + n, 'PR-' || 1000 + n, 1, 'approved', 1, 3, 1, 1000 + n * 10, '[]', '{}', (select min(id) from route_versions), %(long_ago)s,
    %(now)s::timestamptz - interval '4 days' from generate_series(0, %(people)s::int / 10 - 1) n""",
    """insert into approval_seats (round_id, step, position, member_id, state, decided_at)
    select 1000 + n, 1, side, case side when 0 then 1000 + n %% %(departments)s::int else (select id from members where email = 'cio@example.com') end,
    'approved', %(now)s::timestamptz - interval '4 days' from generate_series(0, %(people)s::int / 10 - 1) n, generate_series(0, 1) side""",
)  # fmt: skip


def plant(ours: Installation, people: int) -> None:
    """Write a company of so many people."""
    about = {
        "people": people, "departments": max(4, people // CROWD), "goals": people * GOALS, "checkins": people * GOALS * CHECKINS,
        "tasks": people * TASKS, "week": WEEK, "before": BEFORE, "now": NOW, "long_ago": datetime(2026, 9, 1, tzinfo=UTC),
    }  # fmt: skip
    with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
        for statement in STATEMENTS:
            connection.execute(statement, {name: value for name, value in about.items() if f"%({name})s" in statement})
    ours.settle()
