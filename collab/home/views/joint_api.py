"""Two sides beside each other, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from collab.escalations.rules.answers import Pair
from collab.home import joint as words
from collab.home.queries.joint import Blocker, Joint, Unsigned, get_joint
from collab.home.queries.sides import choose
from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.fields import Input, Words
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.pulses.queries.joint import GapThen
from collab.web.api import blueprint
from collab.web.identity import bearer, reader

bp = blueprint("joint", "Two sides beside each other")


class JointIn(Input):
    """Which two: a department's code, or `side:` and a side's. What is left open is your own side, and the one you work with most."""

    one = Words(60)
    with_ = Words(60, data_key="with")


class JointOut(Schema):
    """Where two sides disagree and what waits between them, as far as you may see it. Every list names the keys of what it counts."""

    one = fields.String()
    other = fields.String()
    disagreement = fields.Dict(allow_none=True, metadata={"description": "kind, key, text, path, weight in per cent"})
    text = fields.String(metadata={"description": "the same in one sentence"})
    goals = fields.List(fields.Dict())
    initiatives = fields.List(fields.Dict())
    unsigned = fields.List(fields.Dict())
    blockers = fields.List(fields.Dict())
    more_blockers = fields.Integer()
    answers = fields.List(fields.Dict())
    pulses = fields.List(fields.Dict())
    keys = fields.List(fields.Dict())


@bp.get("/joint")
@bp.arguments(JointIn, location="query")
@bp.response(200, JointOut)
@permit("joint.show")
def joint(wanted: dict[str, Any]) -> Response:
    """Where two sides disagree, and what waits between them: goals with the confidence of either, initiatives with the health either
    lead says, papers that are not signed, what has stood still longest, answer times both ways, requests that wait for a key."""
    me, how = bearer(), reader()
    permits.check("joint.show", me.roles)
    chosen = choose(me, wanted.get("one"), wanted.get("with_"))
    if chosen is None:
        raise NotFound
    found = get_joint(me, chosen, now=clock.now())
    emails = people.emails_of(found.names)
    top, most = words.sentence(found, how), found.disagreement
    said = (
        {"kind": most.kind, "key": most.key, "text": top.text, "path": top.path, "weight": round(most.weight)}
        if most
        else None
    )
    return jsonify({
        "one": chosen.one.code, "other": chosen.other.code, "disagreement": said, "text": top.text, **_lists(found, emails),
    })  # fmt: skip


def _lists(found: Joint, emails: dict[int, str]) -> dict[str, Any]:
    return {
        "goals": [
            {
                "goal": row.goal.key, "title": row.goal.title, "one": row.one.confidence, "other": row.other.confidence,
                "points": row.points, "diverged": row.far,
            }
            for row in found.goals
        ],
        "initiatives": [
            {
                "key": row.initiative.key, "title": row.initiative.title, "state": row.initiative.state, "one": row.one.health,
                "other": row.other.health, "leads": [emails[row.one.member], emails[row.other.member]],
            }
            for row in found.initiatives
        ],
        "unsigned": [_unsigned(row, emails) for row in found.unsigned],
        "blockers": [_blocker(row, emails) for row in found.blockers], "more_blockers": found.more_blockers,
        "answers": [_answers(pair) for pair in found.answers], "pulses": [_pulse(row) for row in found.gaps],
        "keys": [
            {
                "key": row.key, "title": row.title, "total": str(row.total) if row.total else None,
                "currency": row.total.currency if row.total else None, "since": row.since.isoformat() if row.since else None,
                "missing": None if row.missing is None else [emails[key.member] for key in row.missing],
            }
            for row in found.keys
        ],
    }  # fmt: skip


def _unsigned(row: Unsigned, emails: dict[int, str]) -> dict[str, Any]:
    return {
        "key": row.initiative.initiative.key, "paper": row.paper, "state": row.state, "path": row.path,
        "missing": [emails[member] for member in row.missing], "since": row.since.isoformat() if row.since else None,
    }  # fmt: skip


def _blocker(row: Blocker, emails: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": row.kind, "waits_for": row.what, "key": row.key, "title": row.title, "path": row.path,
        "acts": {1: "one", 2: "other"}.get(row.acts or 0), "member": emails.get(row.waits_for or 0),
        "since": row.since.isoformat(), "due_at": row.due_at.isoformat() if row.due_at else None,
    }  # fmt: skip


def _pulse(row: GapThen) -> dict[str, Any]:
    return {
        "key": row.key, "ended_at": row.ended_at.isoformat(), "index": float(round(row.pair.index, 1)), "question": row.question.code,
        "one": round(row.ratings[0], 2), "other": round(row.ratings[1], 2),
    }  # fmt: skip


def _answers(pair: Pair) -> dict[str, Any]:
    return {
        "asks": pair.asks, "answered": pair.answered, "in_time": pair.in_time, "median_minutes": pair.median_minutes,
        "open": pair.open,
    }  # fmt: skip
