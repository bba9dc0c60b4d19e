"""What comes in about tasks from any edge, and what the API says."""

from collab.tasks.schemas.incoming import (
    TaskAcceptIn,
    TaskBlockIn,
    TaskCommentIn,
    TaskCounterIn,
    TaskHandOverIn,
    TaskIn,
    TaskNoteIn,
    TaskQuery,
    TaskQuestionIn,
    TaskReasonIn,
    TaskReopenIn,
    TaskShareIn,
    TaskSnoozeIn,
    TaskTextIn,
    TaskWithdrawIn,
)
from collab.tasks.schemas.outgoing import TaskEventOut, TaskOut, body, event

__all__ = [
    "TaskAcceptIn",
    "TaskBlockIn",
    "TaskCommentIn",
    "TaskCounterIn",
    "TaskEventOut",
    "TaskHandOverIn",
    "TaskIn",
    "TaskNoteIn",
    "TaskOut",
    "TaskQuery",
    "TaskQuestionIn",
    "TaskReasonIn",
    "TaskReopenIn",
    "TaskShareIn",
    "TaskSnoozeIn",
    "TaskTextIn",
    "TaskWithdrawIn",
    "body",
    "event",
]  # fmt: skip
