"""A confirmed change that waits for its day stands on two people. When one of them has left, or is no longer who may propose or
confirm it, it is asked anew; nobody makes it in their name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab.audit import service as audit
from collab.controls import queries, rules
from collab.controls.models import ControlChange
from collab.controls.registry import registry
from collab.controls.service.deciding import end, move
from collab.controls.service.telling import ask, tell
from collab.kernel.actor import Actor
from collab.kernel.permits import permits


def stand(row: ControlChange, everybody: Sequence[Actor]) -> bool:
    """Whether both, who proposed a change and who confirmed it, still could."""
    return None not in _both(row, everybody)


def ask_again(row: ControlChange, everybody: Sequence[Actor], now: datetime) -> None:
    """Put it before a second person once more. Where its proposer is gone, whoever confirmed it proposes it, if they may; where
    nobody stands for it any more it is taken back. Inside the open transaction, under its lock."""
    first, second = _both(row, everybody)
    heir = first or (second if second and permits.allows(registry.get(row.code).propose, second.roles) else None)
    if heir is None:
        end(row, rules.WITHDRAWN, None, now)
        return
    known = {one.id: one.email for one in everybody}
    gone = [known.get(row.proposed_by_id)] if first is None else []
    gone += [known.get(row.second_id or 0)] if second is None else []
    move(
        row, rules.OPEN, proposed_by_id=heir.id, second_id=None, decided_by_id=None, decided_at=None,
        expires_at=now + rules.LASTS,
    )  # fmt: skip
    audit.record("control_asked_again", row.key, actor=None, at=now, details={"gone": gone, "proposed_by": heir.email})
    ask(row, now=now)
    tell(row, None, now=now)


def _both(row: ControlChange, everybody: Sequence[Actor]) -> tuple[Actor | None, Actor | None]:
    """Its proposer and its second person, each None where they could not be it any more."""
    control, here = registry.get(row.code), {one.id: one for one in everybody if one.active}
    first, second = here.get(row.proposed_by_id), here.get(row.second_id or 0)
    if first is not None and not permits.allows(control.propose, first.roles):
        first = None
    if second is not None and not permits.allows(control.confirm, queries.relations_to(second, row), rules.OPEN):
        second = None
    return first, second
