"""What comes in and goes out about brand incidents."""

from collab.incidents.schemas.incoming import (
    AnswerIn,
    CloseIn,
    FalseAlarmIn,
    IncidentIn,
    IncidentQuery,
    NoteIn,
    ReviewIn,
)
from collab.incidents.schemas.outgoing import IncidentOut, LearntOut, TimelineOut

__all__ = [
    "AnswerIn",
    "CloseIn",
    "FalseAlarmIn",
    "IncidentIn",
    "IncidentOut",
    "IncidentQuery",
    "LearntOut",
    "NoteIn",
    "ReviewIn",
    "TimelineOut",
]
