"""What a member could approve together, grouped by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collab.approvals.queries.chains import get_chain
from collab.approvals.queries.seated import list_waiting
from collab.approvals.rules import together as rules
from collab.approvals.rules.asking import is_final
from collab.approvals.rules.together import MOST, StepName
from collab.kernel.db import AnyRow


@dataclass(frozen=True)
class Batch:
    """Open seats of one member at steps of the same name: the subjects with the content version each was shown in."""

    step: StepName
    items: tuple[tuple[str, int], ...]


def list_batches(member: int) -> list[Batch]:
    """What a member could approve together: two or more at a step of the same name, the oldest first."""
    found: dict[StepName, list[tuple[str, int]]] = {}
    for row in sorted(list_waiting([member]), key=lambda row: row.opened_at):
        if row.held_until is None and rules.allowed(row.route, row.step) and not _objected(row):
            item = (row.subject_key, row.content_version)
            found.setdefault(rules.step_name(row.route, row.step), []).append(item)
    return [Batch(step, tuple(items[:MOST])) for step, items in found.items() if len(items) > 1]


def _objected(row: AnyRow) -> bool:
    """Whether it is worse for the customer, as somebody who speaks for them said: then a final yes is given by itself."""
    steps: Sequence[dict[str, str]] = row.route["steps"]
    if all(step["kind"] != "advocate" for step in steps):
        return False
    return is_final(row.route, row.step) and any(seat.opinion == "worse" for seat in get_chain(row.subject_key).seats)
