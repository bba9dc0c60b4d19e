"""Use-cases of the alignment pulse, one transaction each."""

from collab.pulses.service.answering import answer
from collab.pulses.service.ending import cancel, close, close_due
from collab.pulses.service.opening import open_pulse
from collab.pulses.service.sweeping import sweep

__all__ = ["answer", "cancel", "close", "close_due", "open_pulse", "sweep"]
