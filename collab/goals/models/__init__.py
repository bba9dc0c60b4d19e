"""Tables of goals: the tree and who answers for it, metrics and what was measured, check-ins and their rhythm, and what is told
beside them."""

from collab.goals.models.beside import Contributor, Discussion, Shift, Taken
from collab.goals.models.checkins import CheckIn, Rhythm
from collab.goals.models.goals import PREFIX, Goal, Owner, Parent, Stage, Tree
from collab.goals.models.metrics import Measurement, Metric
from collab.goals.models.weeks import Week

__all__ = [
    "PREFIX",
    "CheckIn",
    "Contributor",
    "Discussion",
    "Goal",
    "Measurement",
    "Metric",
    "Owner",
    "Parent",
    "Rhythm",
    "Shift",
    "Stage",
    "Taken",
    "Tree",
    "Week",
]
