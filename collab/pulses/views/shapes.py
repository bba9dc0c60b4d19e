"""A pulse in the API's shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from collab.kernel.actor import Actor
from collab.people import queries as people
from collab.pulses import queries
from collab.pulses.rules.gap import Pair, mean, shown
from collab.pulses.rules.hiding import RATINGS, SHOWN, Group
from collab.pulses.rules.results import Results


def body(pulse: Any, viewer: Actor) -> dict[str, Any]:
    """One pulse as its viewer may see it. Of an open one no figure, whoever looks; of their own answers, theirs alone."""
    found = queries.results_of([pulse])
    by = people.emails_of([pulse.opened_by_id]).get(pulse.opened_by_id) if pulse.opened_by_id else None
    return {
        **line(pulse, found[0] if found else None), "opened_by": by, "questions": pulse.questions,
        "asked": queries.count_asked([pulse.id]).get(pulse.id, 0), "mine": queries.find_own(viewer, pulse),
        "results": results(found[0]) if found else None,
    }  # fmt: skip


def line(pulse: Any, found: Results | None) -> dict[str, Any]:
    """One line of a list."""
    return {
        "key": pulse.key, "state": pulse.state, "version": pulse.version, "opened_at": pulse.opened_at.isoformat(),
        "closes_at": pulse.closes_at.isoformat(), "ended_at": _iso(pulse.ended_at), "minimum": pulse.minimum,
        "results": {"index": _said(found.index), "low_share": _said(found.low)} if found else None,
    }  # fmt: skip


def results(found: Results) -> dict[str, Any]:
    """Everything that is published, from the groups that are shown."""
    return {
        "index": _said(found.index), "low_share": _said(found.low), "answered": found.answered,
        "pairs": [_pair(pair) for pair in found.pairs], "sides": [_pair(pair) for pair in found.sides],
        "groups": [_group(group, found.codes) for group in found.groups],
        "hidden": [
            {"department": code, "side": side, "why": why}
            for code, side in found.departments
            if (why := found.standing(code, side)) != SHOWN
        ],
    }  # fmt: skip


def _pair(pair: Pair) -> dict[str, Any]:
    by_question = {code: shown(gap) for code, gap in pair.by_question.items()}
    return {"between": [pair.one, pair.other], "index": shown(pair.index), "questions": by_question}


def _group(group: Group, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "side": group.side, "department": None if group.pooled else group.department, "n": group.n,
        "means": {code: shown(value, 2) for code in codes if (value := mean(group, code)) is not None},
        "counts": {code: {str(rating): group.counts.get(code, {}).get(rating, 0) for rating in RATINGS} for code in codes},
    }  # fmt: skip


def _said(value: Fraction | None) -> str | None:
    return None if value is None else shown(value)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
