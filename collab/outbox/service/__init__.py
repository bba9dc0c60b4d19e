"""Use-cases of the outbox: enqueue in the cause's transaction, deliver, keep cards true, sweep, pause and mend."""

from collab.outbox.service.delivery import drain
from collab.outbox.service.enqueueing import Note, enqueue, hasten, repaint
from collab.outbox.service.gates import close_workspace, pause, resume
from collab.outbox.service.history import Told, never_arrived, settle_history
from collab.outbox.service.mending import MOST_AT_ONCE, dismiss, retry, retry_all
from collab.outbox.service.quieting import disturb_again
from collab.outbox.service.showing import seconds_to_next_screen, show_due, sweep_screens
from collab.outbox.service.sweeps import leave_word, seconds_to_next, sweep, tidy, watch

__all__ = [
    "MOST_AT_ONCE", "Note", "Told", "close_workspace", "dismiss", "disturb_again", "drain", "enqueue", "hasten", "leave_word", "never_arrived", "pause", "repaint", "resume",
    "retry", "retry_all", "seconds_to_next", "seconds_to_next_screen", "settle_history", "show_due", "sweep", "sweep_screens", "tidy", "watch",
]  # fmt: skip
