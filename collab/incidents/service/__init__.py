"""Use-cases of brand incidents, one transaction each."""

from __future__ import annotations

from collab.incidents.service.ending import close, false_alarm, review
from collab.incidents.service.handling import answer, note, take
from collab.incidents.service.hearing import moved
from collab.incidents.service.paging import left, went_away
from collab.incidents.service.raising import begin, raise_alert

__all__ = [
    "answer",
    "begin",
    "close",
    "false_alarm",
    "left",
    "moved",
    "note",
    "raise_alert",
    "review",
    "take",
    "went_away",
]
