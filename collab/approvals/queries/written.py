"""What was written about subjects in deciding on them, for search: reasons of decisions and views, conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Table, select

from collab.approvals.models import Condition, Round, Seat
from collab.kernel.db import run

_conditions: Table = Condition.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]


def decision_words(keys: Sequence[str]) -> Mapping[str, str]:
    """By subject, every comment of a seat and every condition. Two statements."""
    found: dict[str, list[str]] = defaultdict(list)
    comments = (
        select(_rounds.c.subject_key, _seats.c.comment)
        .join(_rounds, _rounds.c.id == _seats.c.round_id)
        .where(_rounds.c.subject_key.in_(keys), _seats.c.comment.is_not(None))
    )
    asked = select(_conditions.c.subject_key, _conditions.c.text).where(_conditions.c.subject_key.in_(keys))
    for statement in (comments.order_by(_seats.c.id), asked.order_by(_conditions.c.id)):
        for key, text in run(statement):
            found[key].append(text)
    return {key: " ".join(texts) for key, texts in found.items()}
