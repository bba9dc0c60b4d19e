"""Use-cases on purchase requests, one transaction each."""

from collab.purchases.service.filing import copy, draft, edit, file, submit
from collab.purchases.service.following import conclude, drop, withdraw
from collab.purchases.service.mending import hand_on, more_time
from collab.purchases.service.planning import Preview, preview

__all__ = [
    "Preview",
    "conclude",
    "copy",
    "draft",
    "drop",
    "edit",
    "file",
    "hand_on",
    "more_time",
    "preview",
    "submit",
    "withdraw",
]
