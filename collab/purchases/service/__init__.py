"""Use-cases on purchase requests, one transaction each."""

from collab.purchases.service.amending import amend
from collab.purchases.service.filing import copy, draft, edit, file, submit
from collab.purchases.service.following import ask_to_return, conclude, drop, withdraw
from collab.purchases.service.mending import hand_on, more_time
from collab.purchases.service.ordering import keep_ordered, purchase
from collab.purchases.service.planning import Preview, preview
from collab.purchases.service.sharing import share
from collab.purchases.service.standing import tell_standing

__all__ = [
    "Preview",
    "amend",
    "ask_to_return",
    "conclude",
    "copy",
    "draft",
    "drop",
    "edit",
    "file",
    "hand_on",
    "keep_ordered",
    "more_time",
    "preview",
    "purchase",
    "share",
    "submit",
    "tell_standing",
    "withdraw",
]
