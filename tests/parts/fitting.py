"""Calls that fit: of every operation, what somebody who may would ask of a thing that is ready for it.

    there = whats_there(company)
    for ask in asks(there, operation): ...      # the likeliest first: ask.member, ask.path, ask.body

Which things are ready is said by the permit row of the operation and the states of what is there; who could act, by the company
itself: whose inbox a thing is in, who is named in it, who did something to it before. What is said comes from SAID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import text

from collab.kernel.db import db
from collab.kernel.permits import permits
from collab.subjects.queries import inbox
from collab.subjects.registry import registry
from tests.parts.every_page import SampleCompany

TRIES = 12
"""Calls of an operation at most; the first that does what it was asked for is the last."""
SOON, LATER, BEFORE = "2026-11-27", "2026-12-15", "2026-11-16"
"""Working days of the sample company: two ahead, one past."""
WHY, NOTE, CALLED = (
    {"reason": "お客様のためです。"},
    {"note": "Done with the shops."},
    {"name_en": "Care", "name_ja": "ケア"},
)
JUSTIFIED = {"journey_stage": "use", "goal": "G-3"}
MIKA, KENJI, LINH, CMO, CIO = (f"{name}@example.com" for name in ("mika", "kenji", "linh", "cmo", "cio"))
ANYBODY = tuple(f"{name}@example.com" for name in ("admin", "cmo", "cio", "it-lead", "mika", "cfo", "ceo"))
"""Who may do most of what is about no thing."""
PREPARING = ("POST /incidents", "POST /reviews", "POST /agreements/{key}/pause", "POST /me/delegations")
"""What is asked even where it was reached: it makes things others are about."""
ENDING = re.compile(r"/(close|end|withdraw|drop|decline|deactivate|freeze|review|false_alarm|undo|revoke|leads)$")
"""What comes last: whoever could do more to a thing has done it by then."""

SAID: Mapping[str, Any] = {
    "POST /exports/{code}": {"format": "csv"},
    "POST /changes": {"control": "office.give", "fields": {"office": "CIO", "member": KENJI}, **WHY},
    "POST /changes/{key}/confirm": {"seen_version": 1},
    "POST /members": {"email": "new@example.com", "name_en": "New", "name_ja": "新", "department": "it", "site": "tokyo"},
    "POST /invitations": {"email": "new@hoshi.example", "name": "New", "partner": "hoshi"},
    "POST /me/delegations": {"deputy": KENJI, "from_on": SOON, "until_on": LATER, **WHY},
    "POST /incidents": {"text": "A", "department": "service"}, "POST /reviews": {"quarter": "FY2026-Q3"},
    "POST /slack/links": {"team": "console", "user": "yui.kato@hoshi.example", "member": "agency@example.com"},
    "POST /slack/strangers/dismiss": {"team": "console", "user": "yui.kato@hoshi.example"},
    "PATCH /departments/{code}": CALLED,
    "POST /access-reviews/{key}/lines": {"lines": [{"id": 1, "verdict": "keep"}]},
    "POST /subjects/{key}/comments": {"body": "A"},
    "PATCH /subjects/{key}/comments/{comment_id}": {"body": "B"},
    "PUT /channels/{channel}": {"whose": "marketing", "kinds": ["goal"]},
    "POST /routes/simulate": {"requester": MIKA, "category": "martech", "total": "100000", "currency": "JPY"},
    "POST /signatures/{sheet_id}/sign": {"version": 1},
    "POST /pulses/{key}/answers": {"answers": dict.fromkeys(("metrics", "priorities", "requests", "customer", "decisions", "benefit"), 4)},
    "POST /goals/{key}/checkins": {"confidence": 70, "status": "on_track", "note": "A"},
    "POST /goals/checkins": {"goals": {"G-1": {"confidence": 70, "status": "on_track"}}},
    "POST /goals/{key}/measurements": {"on": BEFORE, "value": "4"},
    "PATCH /goals/{key}": {"title": "Care at every step", **WHY},
    "POST /goals/{key}/accept": {"means": "Two people of mine."},
    "POST /goals/{key}/close": {"result": "missed", "lesson": "A"},
    "PATCH /goals/{key}/metrics/{metric}": {"name": "A", **WHY},
    "PUT /goals/{key}/accountable": {
        "accountable": [{"department": "marketing", "member": MIKA}, {"department": "it", "member": KENJI}], **WHY,
    },
    "POST /goals/{key}/contributors": {"member": LINH, "may_check_in": True},
    "PUT /goals/rhythms/{department}": {"every_weeks": 2, "weekday": "mon", "hour": 9, "fresh_days": 7, "grace_days": 2},
    "PATCH /journey-stages/{code}": CALLED,
    "POST /tasks": {"title": "A", "to_department": "it"},
    "POST /tasks/{key}/accept": {"on": LATER},
    "POST /tasks/{key}/counter": {"on": LATER, "note": "A"},
    "POST /tasks/{key}/agree": {}, "POST /tasks/{key}/confirm": {},
    "POST /tasks/{key}/answer": {"text": "A"},
    "POST /tasks/{key}/snooze": {"preset": "next_business_day"},
    "POST /tasks/{key}/handover": {"to": KENJI},
    "POST /tasks/{key}/share": {"members": [LINH]},
    "POST /agreements/{key}/postpone": {"on": LATER, **WHY},
    "POST /agreements/{key}/handover": {"to": KENJI, "side": "giver"},
    "POST /initiatives/{key}/vote": {"choice": "scale", **WHY},
    "POST /initiatives/{key}/milestones": {"title": "A", "due_on": LATER},
    "PATCH /initiatives/{key}/milestones/{number}": {"title": "A"},
    "POST /initiatives/{key}/log": {"kind": "decision", "text": "A", **WHY},
    "POST /initiatives/{key}/constraints": {"kind": "budget", "text": "A", "lifter": "cfo@example.com"},
    "POST /initiatives/{key}/health": {"health": "at_risk", **NOTE},
    "POST /initiatives/{key}/sign": {"version": 1},
    "POST /initiatives": {
        "title": "A", "problem": "B", "journey_stage": "use", "goals": ["G-1"],
        "leads": [{"slot": 1, "department": "marketing", "member": CMO}, {"slot": 2, "department": "it", "member": CIO}],
    },
    "PUT /initiatives/{key}/leads": {
        "leads": [{"slot": 1, "department": "marketing", "member": MIKA}, {"slot": 2, "department": "it", "member": CIO}],
    },
    "POST /initiatives/{key}/close": {"result": "stopped", "outcome": "A", "lesson": "B"},
    "POST /initiatives/{key}/lesson": {"lesson": "B"},
    "POST /initiatives/{key}/blueprint/points": {
        **JUSTIFIED, "process": "A", "system": "B", "owner_1": MIKA, "owner_2": KENJI,
    },
    "POST /initiatives/{key}/blueprint/requirements": {**JUSTIFIED, "title": "A"},
    "POST /initiatives/{key}/blueprint/requirements/{number}/commit": {"on": LATER},
    "POST /initiatives/{key}/blueprint/requirements/{number}/counter": {"text": "A", "on": LATER},
    "POST /initiatives/{key}/blueprint/requirements/{number}/withdraw": {},
    "POST /initiatives/{key}/blueprint/requirements/{number}/answerer": {"member": KENJI},
    "POST /initiatives/{key}/blueprint/sources": {
        **JUSTIFIED, "name": "A", "department": "it", "owner": KENJI, "used_by": [],
    },
    "PATCH /initiatives/{key}/blueprint/sources/{number}": {"name": "A"},
    "POST /initiatives/{key}/blueprint/definitions": {"term": "A", "meaning": "B"},
    "PATCH /initiatives/{key}/blueprint/definitions/{number}": {"meaning": "B"},
    "POST /initiatives/{key}/blueprint/citations": {"version": 1, "subject": "G-1"},
    "POST /initiatives/{key}/dialogue": {"questions": [1, 2]},
    "POST /initiatives/{key}/answers": {"question": 3, "rating": 4, "text": "A"},
    "POST /initiatives/{key}/differences": {"question": 1, "text": "A"},
    "POST /incidents/{key}/answer": {"text": "A"},
    "POST /incidents/{key}/close": {"what_happened": "A", "root_cause": "B", "no_answer_reason": "C"},
    "POST /incidents/{key}/review": {"findings": "A", "actions": [{"title": "B", "to_department": "it"}]},
    "POST /purchases/{key}/purchased": {"on": BEFORE, "reference": "A"},
    "POST /purchases/{key}/revocation/answer": {"answer": "yes"},
    "POST /purchases/{key}/decisions": {"verb": "approve"},
    "POST /decisions": {"items": [{"key": "PR-63", "seen_version": 1}]},
    "POST /purchases/{key}/lift": {},
    "POST /purchases/{key}/hold": {"until_on": SOON, **WHY},
    "POST /purchases/{key}/steps": {"members": [LINH], "kind": "review", **WHY},
    "POST /purchases/{key}/circulate": {"members": [LINH]},
    "POST /purchases/{key}/read": {},
    "POST /purchases/{key}/questions": {"member": LINH, "question": "A"},
    "POST /purchases/{key}/questions/{number}/answer": {"answer": "A"},
    "PATCH /purchases/{key}": {"title": "A"},
    "POST /purchases/{key}/share": {"members": [LINH]},
    "POST /purchases/{key}/conditions/{number}/meet": NOTE,
    "POST /reviews/{key}/words": {"office": "CMO", "words": "A"},
}  # fmt: skip
"""What is said, where not just a reason or a note is wanted."""


NESTED: Mapping[str, str] = {
    "conditions/{number}": """select c.subject_key, c.number, c.state, o.email || ' ' || s.email from approval_conditions c
        join members o on o.id = c.owner_id join members s on s.id = c.set_by_id""",
    "questions/{number}": """select q.subject_key, q.id, 'pending', m.email from approval_questions q join members m on m.id = q.asked_id
        where q.answered_at is null""",
    "rounds/{number}": "select subject_key, number, 'any', '' from approval_rounds where state <> 'open' limit 4",
    "requirements/{number}": """select 'I-' || r.initiative_id, r.id, r.state, a.email || ' ' || coalesce(b.email, '') from blueprint_requirements r
        join members a on a.id = r.asker_id left join members b on b.id = r.answerer_id""",
    "sources/{number}": "select 'I-' || initiative_id, id, 'any', '' from blueprint_sources where removed_at is null",
    "definitions/{number}": "select 'I-' || initiative_id, id, 'any', '' from blueprint_definitions where removed_at is null",
    "points/{number}": "select 'I-' || initiative_id, id, 'any', '' from blueprint_points where removed_at is null",
    "versions/{number}": "select subject_key, version, 'any', '' from signature_sheets where paper = 'blueprint'",
    "milestones/{number}": "select 'I-' || initiative_id, id, 'any', '' from initiative_milestones where ended_at is null",
    "log/{number}": """select 'I-' || e.initiative_id, e.id, 'any', '' from initiative_entries e where closed_at is null and kind = 'risk'""",
    "constraints/{number}": """select 'I-' || c.initiative_id, c.id, 'any', m.email from initiative_constraints c
        join members m on m.id = c.lifter_id where lifted_at is null""",
    "participants/{email}": """select 'I-' || p.initiative_id, m.email, 'any', '' from initiative_participants p join members m on m.id = p.member_id
        where removed_at is null""",
    "initiatives/{key}/goals/{goal}": "select 'I-' || initiative_id, 'G-' || goal_id, 'any', '' from initiative_goals order by goal_id desc",
    "contributors/{email}": "select 'G-' || c.goal_id, m.email, 'any', '' from goal_contributors c join members m on m.id = c.member_id",
    "metrics/{metric}": "select 'G-' || goal_id, id, 'any', '' from goal_metrics where removed_at is null order by value is null",
    "comments/{comment_id}": """select c.subject_key, c.id, 'fresh', m.email from thread_comments c join members m on m.id = c.author_id
        where c.withdrawn_at is null order by c.id desc""",
    "delegations/{number}": """select null, d.id, case when d.confirmed_at is null then 'proposed' else 'confirmed' end, m.email || ' ' || p.email
        from delegations d join members m on m.id = d.confirm_by_id join members p on p.id = d.principal_id where ended_at is null""",
    "routes/proposals/{number}": "select null, p.id, p.state, m.email from route_proposals p join members m on m.id = p.proposed_by_id",
    "escalations/{escalation_id}": """select null, e.id, e.state, m.email || ' ' || coalesce(group_concat(n.email, ' '), '') from escalations e
        join members m on m.id = e.late_id left join escalation_notices t on t.escalation_id = e.id left join members n on n.id = t.member_id
        where e.state <> 'ended' group by e.id""",
    "deliveries/{message_id}": "select null, id, 'any', '' from outbox_messages where state = 'broken'",
    "imports/{import_id}": "select null, i.id, i.state, m.email from imports i join members m on m.id = i.member_id order by i.id desc",
    "access-reviews/{key}/lines": """select 'AR-' || review_id, l.id, 'open', m.email from access_review_lines l join members m on m.id = reviewer_id
        where l.id = 1""",
    "calendars/{code}": "select null, 'tokyo', 'any', ''",
    "tasks/{key}/answer": "select 'T-' || t.id, t.id, 'asked', m.email from tasks t join members m on m.id = t.question_to_id",
    "purchases/{key}/read": """select r.subject_key, r.id, 'any', m.email from approval_readings r join members m on m.id = r.member_id
        where r.read_at is null""",
    "revocation/answer": """select r.subject_key, r.id, 'approved', m.email from approval_revocations r join approval_revocation_voices v
        on v.revocation_id = r.id join members m on m.id = v.member_id where r.state = 'open'""",
    "revocation/withdraw": """select r.subject_key, r.id, 'approved', m.email from approval_revocations r
        join members m on m.id = r.requested_by_id where r.state = 'open'""",
    "purchases/{key}/ask_to_return": """select 'PR-' || p.id, p.id, 'any', m.email from purchases p join members m on m.id = p.requester_id
        where p.state = 'pending' order by p.id desc limit 4""",
    "pulses/{key}/close": "select 'AP-' || p.id, p.id, p.state, m.email from pulses p join members m on m.id = p.opened_by_id",
    "agreements/{key}/dispute": "select 'DA-' || a.id, a.id, a.state, m.email from agreements a join members m on m.id = a.receiver_id",
    "attachments/{attachment_id}": "select null, id, 'any', '' from thread_attachments",
    "signatures/{sheet_id}": "select null, id, state, '' from signature_sheets",
    "tokens/{token_id}": "select null, t.id, 'any', m.email from tokens t join members m on m.id = t.member_id",
    "members/{email}": "select null, email, 'any', '' from members where email like 'l%'",
    "departments/{code}": "select null, 'service', 'any', ''", "stages/{code}": "select null, 'use', 'any', ''",
    "exports/{code}": "select null, 'tasks', 'any', ''", "rhythms/{department}": "select null, 'it', 'any', ''",
    "channels/{channel}": "select null, channel_id, 'any', '' from channels", "links/{email}": "select null, 'mika@example.com', 'any', ''",
    "citations/{number}/{subject}": "select 'I-' || initiative_id, version || '/' || subject_key, 'any', '' from blueprint_citations",
}  # fmt: skip
"""What is within a thing or stands alone: whose it is, its number, in which state, whom it concerns."""
STATES = """
    select 'PR-' || id, state from purchases union all select 'G-' || id, state from goals union all select 'T-' || id, state from tasks
    union all select 'DA-' || id, state from agreements union all select 'I-' || id, state from initiatives
    union all select 'AP-' || id, state from pulses union all select 'CC-' || id, state from control_changes
    union all select 'AR-' || id, state from access_reviews union all select 'QR-' || id, state from reviews"""
INCIDENTS = "select 'T-' || task_id, state from incidents"
DOERS = """select m.email from audit_entries a join members m on m.email = a.actor where a.subject_key = :key group by m.email
    order by max(a.id) desc limit 5"""


@dataclass(frozen=True)
class Ask:
    """One call: who makes it, about what, what is said (None: nothing)."""

    member: str
    path: Mapping[str, Any]
    body: Any = None


@dataclass
class There:
    """What is in the company; whose inbox things are in is looked up once."""

    app: Flask
    waiting: Mapping[str, Sequence[str]] = field(default_factory=dict)


def whats_there(company: SampleCompany) -> There:
    """Whose turn everything is."""
    waiting: dict[str, list[str]] = {}
    with company.indoors():
        for email in db.session.scalars(text("select email from members order by id")).all():
            for row in inbox(company.member(email.partition("@")[0]), company.now):
                waiting.setdefault(row.key, []).append(email)
    return There(company.app, waiting)


def last(label: str) -> tuple[bool, int]:
    """For sorting operations: what ends something comes late, a whole thing after its parts."""
    return bool(ENDING.search(label)), -label.count("/")


def asks(there: There, method: str, path: str, fields: Mapping[str, Any]) -> Iterator[Ask]:
    """Calls of an operation, the likeliest first; `fields` are those of its body. Inside the application's context."""
    label = f"{method.upper()} {path}"
    body = SAID.get(label, WHY if "reason" in fields else NOTE if "note" in fields else {}) if fields else None
    for member, found in islice(_abouts(there, path, _ready_states(there.app, method, path)), TRIES):
        yield Ask(member, found, body)


def _abouts(there: There, path: str, ready: frozenset[str] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    named = re.findall(r"{(\w+)}", path)
    inner = next((asked for part, asked in NESTED.items() if part in path), None)
    if inner is not None:
        for key, number, _state, concerned in _sorted(db.session.execute(text(inner)).all(), ready, 2):
            values = dict(zip([name for name in named if name != "key"], str(number).split("/"), strict=False))
            everybody = [*concerned.split(), *(_people(there, key) if key else ANYBODY)]
            for member in list(dict.fromkeys(everybody))[:4]:
                yield member, {**({"key": key} if "key" in named else {}), **values}
        return
    if "key" not in named:
        yield from ((member, {}) for member in ANYBODY)
        return
    first = path.split("/")[1]
    prefix = {
        "changes": "CC",
        "reviews": "QR",
        "pulses": "AP",
        "access-reviews": "AR",
        "incidents": "T",
        "subjects": "T",
    }.get(first, next((kind.prefix for kind in registry.kinds if f"{kind.code}s" == first), ""))
    rows = db.session.execute(text(INCIDENTS if first == "incidents" else STATES)).all()
    mine = [row for row in rows if row[0].startswith(f"{prefix}-")]
    people = [(key, _people(there, key)) for key, _state in _sorted(mine, ready, 1)[:6]]
    for turn in range(4):
        for key, everybody in people:
            if turn < len(everybody):
                yield everybody[turn], {"key": key}


def _sorted(rows: Sequence[Any], ready: frozenset[str] | None, at: int) -> list[Any]:
    """What is ready, the newest first of each state in turn; what is not, when nothing is."""
    fit = [row for row in rows if ready is None or row[at] in ready or row[at] == "any"] or list(rows)
    seen: dict[str, int] = {}
    turns = [(seen.setdefault(row[at], 0), seen.update({row[at]: seen[row[at]] + 1})) for row in fit]
    return [row for _turn, row in sorted(zip((turn for turn, _ in turns), fit, strict=True), key=lambda one: one[0])]


def _people(there: There, key: str) -> list[str]:
    doers = db.session.scalars(text(DOERS), {"key": key}).all()
    return list(dict.fromkeys([*there.waiting.get(key, ()), *doers, *(() if key in there.waiting else ANYBODY)]))


def _ready_states(app: Flask, method: str, path: str) -> frozenset[str] | None:
    """In which states the permit row of the operation's view lets it be done."""
    rule = re.sub(r"{\w+}", "{}", path)
    for one in app.url_map.iter_rules():
        written = re.sub(r"<[^>]+>", "{}", one.rule.removeprefix("/api/v1"))
        if written == rule and one.rule.startswith("/api/v1") and method.upper() in (one.methods or ()):
            row = permits.get(getattr(app.view_functions[one.endpoint], "permit", ""))
            return row.states if row else None
    return None
