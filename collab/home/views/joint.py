"""The page for the leads of two sides: where they disagree, and what waits between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from collab.home import joint as words
from collab.home.queries.joint import Blocker, Joint, Unsigned, get_joint
from collab.home.queries.sides import Party, choose, list_parties
from collab.home.views import lately
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.pulses.rules.gap import shown
from collab.web.identity import current_member, reader
from collab.web.moments import due_state, due_words

bp = Blueprint("joint", __name__)
LONGEST = 60
_ANCHORS = {"answers1": "answers", "answers2": "answers"}


@bp.get(words.PAGE)
@permit("joint.show")
def show() -> str | tuple[str, int]:
    """Two sides, chosen in the form at the end; by default one's own and the one they work with most."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("joint.show", me.roles)
    try:
        chosen = choose(me, _asked("one"), _asked("with"))
    except Invalid as refused:
        errors = {name: how.say(text) for name, text in refused.fields.items()}
        page = render_template(
            "home/joint.html", parties=_choices(list_parties(), how), errors=errors, given=request.args
        )
        return page, refused.status
    if chosen is None:
        return render_template("home/joint.html", parties=[], errors={}, given={})
    found = get_joint(me, chosen, now=now)
    return render_template(
        "home/joint.html", parties=_choices(chosen.choices, how), errors={},
        given={"one": chosen.one.code, "with": chosen.other.code}, review=lately.review(me, how), **context(found, me, how, now),
    )  # fmt: skip


def _asked(name: str) -> str | None:
    return request.args.get(name, "").strip()[:LONGEST] or None


def _choices(parties: Sequence[Party], how: Reader) -> list[tuple[str, str]]:
    return [(party.code, party.name(how)) for party in parties]


def context(found: Joint, me: Actor, how: Reader, now: datetime) -> dict[str, Any]:
    """All of the page in the reader's words."""
    top = words.sentence(found, how)
    return {
        "top": top, "calm": found.disagreement is None, "empty": found.empty, "mine": me.id,
        "one": found.chosen.one.name(how), "other": found.chosen.other.name(how),
        "figures": [(_ANCHORS.get(name, name), line) for name, line in words.figures(found, how)],
        "goals": [_goal(row, how) for row in found.goals], "initiatives": [_initiative(row, found, how) for row in found.initiatives],
        "unsigned": [_unsigned(row, found, how, now) for row in found.unsigned],
        "blockers": [_blocker(row, found, how, now) for row in found.blockers], "more_blockers": found.more_blockers,
        "answers": [_answer(found, number, how, now) for number in (0, 1)],
        "gaps": [_gap(row, how) for row in reversed(found.gaps)], "keys": [_key(row, found, how, now) for row in found.keys],
    }  # fmt: skip


def _goal(row: Any, how: Reader) -> dict[str, Any]:
    return {
        "title": row.goal.title, "key": row.goal.key, "href": f"/goals/{row.goal.key}#owners", "status": row.standing.status,
        "one": _per_cent(row.one.confidence, how), "other": _per_cent(row.other.confidence, how), "points": row.points,
        "far": row.far,
    }  # fmt: skip


def _per_cent(confidence: int | None, how: Reader) -> str:
    return how.say("home.joint.unsaid") if confidence is None else how.say("goal.see.chart.per_cent", n=confidence)


def _initiative(row: Any, found: Joint, how: Reader) -> dict[str, Any]:
    names = found.names
    return {
        "title": row.initiative.title, "key": row.initiative.key, "href": f"/initiatives/{row.initiative.key}#health",
        "one": row.one.health, "other": row.other.health, "apart": bool(row.apart), "one_by": how.name(names[row.one.member]),
        "other_by": how.name(names[row.other.member]), "one_note": row.one.health_note, "other_note": row.other.health_note,
    }  # fmt: skip


def _unsigned(row: Unsigned, found: Joint, how: Reader, now: datetime) -> dict[str, Any]:
    initiative = row.initiative.initiative
    return {
        "title": initiative.title, "key": initiative.key, "href": row.path, "paper": how.say(f"home.joint.paper.{row.paper}"),
        "state": how.say(f"home.joint.unsigned.{row.state}"), "open": row.state == "open",
        "missing": [how.name(found.names[member]) for member in row.missing],
        "since": how.ago(row.since, now) if row.since else "",
    }  # fmt: skip


def _blocker(row: Blocker, found: Joint, how: Reader, now: datetime) -> dict[str, Any]:
    party = words.party_of(found, row.acts)
    return {
        "title": row.title, "key": row.key, "href": row.path, "what": how.say(f"home.joint.blocker.{row.what}"),
        "kind": how.say(f"home.joint.kind.{row.kind}"), "side": party.name(how) if party else how.say("home.joint.third"),
        "who": how.name(found.names[row.waits_for]) if row.waits_for else how.say("home.joint.nobody"),
        "since": how.ago(row.since, now), "due": due_words(row.due_at, now, how) if row.due_at else "",
        "due_state": due_state(row.due_at, now),
    }  # fmt: skip


def _answer(found: Joint, number: int, how: Reader, now: datetime) -> dict[str, Any]:
    pair = found.answers[number]
    asker, asked = (found.chosen.one, found.chosen.other)[:: -1 if number else 1]
    return {
        "asker": asker.name(how), "asked": asked.name(how), "n": pair.answered, "asks": pair.asks, "in_time": pair.in_time,
        "median": words.minutes(pair.median_minutes, how) if pair.median_minutes is not None else "", "open": pair.open,
        "oldest": how.ago(pair.oldest_open_at, now) if pair.oldest_open_at else "",
    }  # fmt: skip


def _gap(row: Any, how: Reader) -> dict[str, Any]:
    return {
        "href": f"/pulses/{row.key}", "key": row.key, "on": row.ended_at, "index": shown(row.pair.index),
        "question": row.question.said(how.locale), "one": f"{row.ratings[0]:.1f}", "other": f"{row.ratings[1]:.1f}",
    }  # fmt: skip


def _key(row: Any, found: Joint, how: Reader, now: datetime) -> dict[str, Any]:
    names = [how.name(found.names[key.member]) for key in row.missing or ()]
    return {
        "title": row.title, "key": row.key, "href": row.path, "total": how.show(row.total) if row.total else "",
        "missing": words.keys_missing(names, how), "told": row.missing is not None,
        "since": how.ago(row.since, now) if row.since else "",
    }  # fmt: skip
