"""Use-cases of business reviews, one transaction each."""

from collab.reviews.service.opening import open_due, open_now, open_quarter, retake
from collab.reviews.service.sweeping import sweep
from collab.reviews.service.writing import freeze, freeze_due, write

__all__ = ["freeze", "freeze_due", "open_due", "open_now", "open_quarter", "retake", "sweep", "write"]
