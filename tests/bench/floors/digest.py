"""The floor of the digest: everybody's week in one statement over the product's own tables, and Slack's JSON made of it as it
streams by. Nobody's wishes are asked, nothing is hidden, every word is English."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import psycopg

MOST = 5
NEEDS, RISKS, DECISIONS, MOVED, TASKS, OWED = range(6)
HEADS = ("Needs you", "Risks", "Decided", "Goals moved", "Between departments", "Coming due")
WEEK = """
with heads as (
  select member_id, department_code from leads where until_on is null
), answers as (
  select member_id, goal_id from goal_owners where removed_at is null
  union
  select h.member_id, o.goal_id from heads h join goal_owners o using (department_code) where o.removed_at is null
), stand as (
  select g.id, g.title, g.due_on, w.progress, p.progress as was, w.status, p.status as was_status, a.confidence as a_said,
    b.confidence as b_said, n.name_en as a, m.name_en as b, abs(a.confidence - b.confidence) as points,
    least(a.due_at, b.due_at) < %(now)s as dark
  from goals g join goal_weeks w on w.goal_id = g.id and w.week = %(week)s
  left join goal_weeks p on p.goal_id = g.id and p.week = %(before)s
  join goal_owners a on a.goal_id = g.id and a.side = 1 and a.removed_at is null
  join goal_owners b on b.goal_id = g.id and b.side = 2 and b.removed_at is null
  join members n on n.id = a.member_id join members m on m.id = b.member_id where g.state = 'active'
), risky as (
  select *, case status when 'off_track' then 40 when 'at_risk' then 20 else 0 end + case when dark then 30 else 0 end
    + case when points >= 20 then points else 0 end as weight
  from stand where status <> 'on_track' or dark or points >= 20
), sides as (
  select asker_id as member_id, id, true as asks from tasks where cross_silo
  union all select responsible_id, id, false from tasks where cross_silo
  union all select h.member_id, t.id, true from heads h join tasks t on t.from_department = h.department_code where t.cross_silo
  union all select h.member_id, t.id, false from heads h join tasks t on t.to_department = h.department_code where t.cross_silo
), lively as (
  select t.*, t.due_at < %(now)s as late, n.name_en as by from tasks t left join members n on n.id = t.responsible_id
  where t.due_at < %(now)s or t.accepted_at >= %(since)s or t.done_at >= %(since)s or t.ended_at >= %(since)s
), news as (
  select distinct s.member_id, t.id, t.title, case when t.late then 'late' else t.state end as what, coalesce(t.late, false) as late,
    case when t.late then t.due_at else t.moved_at end as at, t.by
  from sides s join lively t using (id)
  where t.late or (s.asks and t.state in ('accepted', 'done', 'declined')) or (not s.asks and t.state = 'confirmed' and t.ended_at >= %(since)s)
), said as (
  select 0 as section, waiting_id as member_id, due_at as place, id, 'T' as kind, title, state as what, null::text as a, null::text as b,
    due_at as at from tasks where waiting_id is not null and (state <> 'accepted' or due_at < %(now)s)
  union all select 0, o.member_id, o.due_at, g.id, 'G', g.title, 'check-in', null, null, o.due_at
    from goal_owners o join goals g on g.id = o.goal_id where o.asked_at is not null and o.removed_at is null and g.state = 'active'
), ranked as (
  select section, member_id, row_number() over w as place, count(*) over (partition by section, member_id) as total, kind, id, title, what,
    a, b, at from said window w as (partition by section, member_id order by place, id)
  union all
  select 1, a.member_id, row_number() over (partition by a.member_id order by weight desc, id), count(*) over (partition by a.member_id),
    'G', id, title, status, a || ' ' || a_said || '%%', b || ' ' || b_said || '%%', null
    from (select * from answers union select t.member_id, r.id from office_terms t, risky r where t.office_code in ('CMO', 'CIO')) a
    join risky r on r.id = a.goal_id
  union all
  select 2, p.member_id, row_number() over (partition by p.member_id order by id desc), count(*) over (partition by p.member_id), 'PR', id,
    title, state, (select string_agg(m.name_en, ', ') from approval_seats s join approval_rounds r on r.id = s.round_id
      join members m on m.id = s.member_id where r.subject_key = 'PR-' || d.id and s.state = 'approved'), total_minor::text, null
    from (select requester_id as member_id, id as paper from purchases where ended_at >= %(since)s
      union select s.member_id, replace(r.subject_key, 'PR-', '')::int from approval_seats s join approval_rounds r on r.id = s.round_id
      union select h.member_id, d.id from heads h join purchases d using (department_code)) p
    join purchases d on d.id = p.paper where d.ended_at >= %(since)s
  union all
  select 3, a.member_id, row_number() over (partition by a.member_id order by abs(progress - was) desc, id),
    count(*) over (partition by a.member_id), 'G', id, title, status, was::text, progress::text, null
    from answers a join stand s on s.id = a.goal_id where abs(progress - was) >= 1 or status <> was_status
  union all
  select 4, member_id, row_number() over (partition by member_id order by late desc, at, id), count(*) over (partition by member_id), 'T', id,
    title, what, by, null, at from news
  union all
  select 5, member_id, row_number() over (partition by member_id order by due, id), count(*) over (partition by member_id), kind, id, title,
    'due', null, null, due
    from (select o.member_id, s.due_on::timestamptz as due, 'G' as kind, s.id, s.title from goal_owners o join stand s on s.id = o.goal_id
        where s.due_on <= %(until)s::date
      union all select waiting_id, due_at, 'T', id, title from tasks where due_at between %(now)s and %(until)s) d
)
select member_id, section, total, kind, id, title, what, a, b, at from ranked where place <= 5 order by member_id, section, place
"""


def compose(url: str, values: dict[str, datetime | str]) -> tuple[int, int]:
    """Everybody's message as JSON, one after another; how many there were, and how many bytes."""
    messages = size = 0
    with psycopg.connect(url) as connection, connection.cursor(name="digest") as cursor:
        cursor.itersize = 5000
        cursor.execute(WEEK, values)
        for _member, rows in groupby(cursor, lambda row: row[0]):
            size += len(json.dumps({"text": "Your week", "blocks": list(_blocks(rows))}, ensure_ascii=False))
            messages += 1
    return messages, size


def _blocks(rows: Iterator[Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": {"type": "plain_text", "text": "Your week"}}
    for section, some in groupby(rows, lambda row: row[1]):
        lines = [f"<https://collab.example.com/{row[3]}-{row[4]}|{row[5]}> {_said(row)}" for row in some]
        yield {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join([f"*{HEADS[section]}*", *lines])}}


def _said(row: Any) -> str:
    at = f" {row[9]:%d %b %H:%M}" if row[9] else ""
    if row[1] == MOVED:
        return f"{row[7]} → {row[8]}%"
    return " ".join(part for part in (row[6], row[7], row[8]) if part) + at
