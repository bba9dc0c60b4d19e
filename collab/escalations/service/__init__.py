"""Use-cases of the engine. Features above start and end waits inside their own transactions."""

from __future__ import annotations

from collab.escalations.service.acknowledging import Acknowledged, acknowledge
from collab.escalations.service.allowing import may
from collab.escalations.service.auditing import audit, find_trouble
from collab.escalations.service.escalating import escalate, running_of
from collab.escalations.service.foreseeing import Foreseen, foresee
from collab.escalations.service.importing import check, take
from collab.escalations.service.leaving import let_go, move_on
from collab.escalations.service.repairing import repair
from collab.escalations.service.sweeping import replay, sweep
from collab.escalations.service.waits import Wait, end, end_all, extend, pass_on, put_off, watch

__all__ = [
    "Acknowledged",
    "Foreseen",
    "Wait",
    "acknowledge",
    "audit",
    "check",
    "end",
    "end_all",
    "escalate",
    "extend",
    "find_trouble",
    "foresee",
    "let_go",
    "may",
    "move_on",
    "pass_on",
    "put_off",
    "repair",
    "replay",
    "running_of",
    "sweep",
    "take",
    "watch",
]
