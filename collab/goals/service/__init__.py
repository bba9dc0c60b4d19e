"""Use-cases on goals, one transaction each."""

from collab.goals.service.changing import change
from collab.goals.service.creating import create
from collab.goals.service.leaving import leave
from collab.goals.service.linking import set_parents
from collab.goals.service.living import accept, activate, close, decline, pause, plan, resume
from collab.goals.service.metrics import add_metric, change_metric, remove_metric
from collab.goals.service.naming import name_owners
from collab.goals.service.sharing import add_contributor, remove_contributor
from collab.goals.service.stages import set_stage
from collab.goals.service.sweeping import activate_due, sweep
from collab.goals.service.taking_part import take_part

__all__ = [
    "accept",
    "activate",
    "activate_due",
    "add_contributor",
    "add_metric",
    "change",
    "change_metric",
    "close",
    "create",
    "decline",
    "leave",
    "name_owners",
    "pause",
    "plan",
    "remove_contributor",
    "remove_metric",
    "resume",
    "set_parents",
    "set_stage",
    "sweep",
    "take_part",
]
