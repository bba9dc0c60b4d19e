"""Use-cases of the outbox: enqueue in the cause's transaction, deliver, keep cards true, sweep."""

from collab.outbox.service.delivery import drain
from collab.outbox.service.enqueueing import Note, enqueue, repaint
from collab.outbox.service.history import Told, settle_history
from collab.outbox.service.sweeps import leave_word, sweep

__all__ = ["Note", "Told", "drain", "enqueue", "leave_word", "repaint", "settle_history", "sweep"]
