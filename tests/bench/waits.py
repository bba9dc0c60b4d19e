"""Waits for the engine, by the hundred thousand: one made by the product's own service, the others copied from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from collab.escalations import service
from collab.escalations.registry import Watch, add_watch
from collab.escalations.service import Wait
from collab.kernel.atomic import atomic
from collab.subjects import service as subjects
from tests.bench.floors.sweep import MEMBERS
from tests.bench.lab import Lab, driver_url
from tests.bench.product import Installation, installation

POLICIES = Path(__file__).parents[2] / "config" / "escalations"
WATCH, FIRST = "bench.answer", "X-0:answer"
PEOPLE = """
insert into members (email, name_en, name_ja, locale, site_code, is_admin, is_auditor, created_at)
select 'bench' || n || '@example.com', 'Member ' || n, '社員' || n, 'en', case n %% 2 when 0 then 'tokyo' else 'london' end, false,
       false, now() from generate_series(1, %(count)s) n;
"""
POSTS = """
insert into posts (member_id, department_code, rank, from_on)
select id, (array['marketing', 'it', 'sales', 'service'])[1 + id % 4], 0, date '2025-04-01' from members where email like 'bench%';
insert into reporting_lines (member_id, manager_id, from_on)
select m.id, l.id, date '2025-04-01' from members m
join members l on l.email = (array['cmo', 'cio', 'sales-lead', 'service-lead'])[1 + m.id % 4] || '@example.com'
where m.email like 'bench%';
"""
SUBJECTS = """
insert into subjects (key, kind, audit_seq, audit_hash, indexed_seq, created_at)
select %(name)s || n, 'x', 0, '', 0, now() from generate_series(1, %(count)s) n
"""
COPIES = """
insert into escalations (key, subject_key, watch, severity, state, policy, policy_version_id, late_id, other_id, department,
  other_department, due_at, started_at, next_at, rung, loop, heard)
select %(name)s || n || ':answer', %(name)s || n, w.watch, w.severity, case when n %% %(rungs)s = 0 then 'waiting' else 'climbing' end,
  w.policy, w.policy_version_id, p.ids[1 + n %% %(members)s], p.ids[1 + (n + 7) %% %(members)s], w.department, w.other_department,
  %(due)s + make_interval(secs => n * %(apart)s), w.started_at, %(due)s + make_interval(secs => n * %(apart)s), n %% %(rungs)s, 1,
  greatest(n %% %(rungs)s - 1, 0)
from escalations w, (select array_agg(id order by id) ids from members where email like 'bench%%') p, generate_series(1, %(count)s) n
where w.key = %(first)s
"""


@contextmanager
def waiting(lab: Lab, name: str, now: datetime) -> Iterator[Installation]:
    """The product with 300 people more, the policies as they come, and one wait to copy."""
    with installation(lab, name) as ours:
        add_watch(Watch(WATCH, "bench.asked", still=frozenset))
        with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
            connection.execute(PEOPLE, {"count": MEMBERS})
            connection.execute(POSTS)
        mika, kenji = ours.member("mika").id, ours.member("kenji").id
        with ours.app.app_context():
            service.take(
                [file.read_text(encoding="utf-8") for file in sorted(POLICIES.glob("*.toml"))], actor=None, now=now
            )
            with atomic() as unit:
                subjects.introduce("X-0", "x")
                unit.before_commit("head", lambda: subjects.advance(unit.notes["subject.heads"], {"X-0": now}))
                far = now + timedelta(days=60)
                service.watch(Wait(FIRST, "X-0", WATCH, far, kenji, mika, "it", "marketing"), now=now)
        yield ours


def copy(ours: Installation, name: str, count: int, due: datetime, *, apart: float = 0.0, rungs: int = 3) -> None:
    """So many waits due at a moment (or `apart` seconds after each other), at the first `rungs` rungs in turn."""
    facts: dict[str, Any] = {
        "name": f"{name}-", "count": count, "due": due, "apart": apart, "rungs": rungs, "members": MEMBERS, "first": FIRST,
    }  # fmt: skip
    with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
        connection.execute(SUBJECTS, facts)
        connection.execute(COPIES, facts)
