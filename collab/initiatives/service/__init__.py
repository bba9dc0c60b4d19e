"""Use-cases of joint initiatives: writing one down (`creating`), what it says (`changing`), who leads it (`leading`, `seats`),
who takes part (`taking_part`), which goals it serves (`linking`), its life (`living`), who leaves (`leaving`); its gate
(`piloting`, `voting`, `asking_votes`) and what it is steered by (`milestones`, `log_entries`, `constraints`, `health`).

What every change shares is in `holding` (lock, permit, compare-and-set) and `settling` (new version, what was signed is void).
"""

from collab.initiatives.service.changing import change
from collab.initiatives.service.constraints import add_constraint, lift
from collab.initiatives.service.creating import create
from collab.initiatives.service.events import InitiativeClosed, LeadsChanged
from collab.initiatives.service.health import say_health
from collab.initiatives.service.leading import name_leads
from collab.initiatives.service.leaving import leave
from collab.initiatives.service.linking import link_goal, unlink_goal
from collab.initiatives.service.living import close, learn, start
from collab.initiatives.service.log_entries import add_entry, close_risk
from collab.initiatives.service.milestones import add_milestone, change_milestone, drop_milestone, reach_milestone
from collab.initiatives.service.piloting import pilot, sweep
from collab.initiatives.service.taking_part import add_participant, remove_participant
from collab.initiatives.service.telling import TOLD
from collab.initiatives.service.voting import vote

__all__ = [
    "TOLD",
    "InitiativeClosed",
    "LeadsChanged",
    "add_constraint",
    "add_entry",
    "add_milestone",
    "add_participant",
    "change",
    "change_milestone",
    "close",
    "close_risk",
    "create",
    "drop_milestone",
    "learn",
    "leave",
    "lift",
    "link_goal",
    "name_leads",
    "pilot",
    "reach_milestone",
    "remove_participant",
    "say_health",
    "start",
    "sweep",
    "unlink_goal",
    "vote",
]
