"""Use-cases of a task. Every verb is one transaction: `verb(actor, key, ..., seen=None, now=now) -> Moved`.

`seen` is the version the actor looked at (`TaskView.version`, If-Match): another one raises Stale (412), or NotNow (409)
with who did what and when, where the verb is not possible any more. All raise NotFound, NotAllowed, NotNow, Stale, Invalid.
"""

from collab.tasks.service.agreeing import accept, agree, ask_again, counter, decline
from collab.tasks.service.asking import TaskAsked, ask
from collab.tasks.service.doing import block, confirm, done, reopen, start, unblock, withdraw
from collab.tasks.service.leaving import leave
from collab.tasks.service.moving import Moved, TaskMoved
from collab.tasks.service.passing import hand_over, share, snooze
from collab.tasks.service.talking import answer, comment, escalate, question

__all__ = [
    "Moved", "TaskAsked", "TaskMoved", "accept", "agree", "answer", "ask", "ask_again", "block", "comment", "confirm", "counter",
    "decline", "done", "escalate", "hand_over", "leave", "question", "reopen", "share", "snooze", "start", "unblock", "withdraw",
]  # fmt: skip
