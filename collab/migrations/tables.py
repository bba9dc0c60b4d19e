"""Every feature's tables in one place, so that migrations see them all."""

from collab.agreements import models as agreements
from collab.approvals import models as approvals
from collab.audit import models as audit
from collab.calendars import models as calendars
from collab.escalations import models as escalations
from collab.goals import models as goals
from collab.imports import models as imports
from collab.incidents import models as incidents
from collab.kernel import periods
from collab.nudges import models as nudges
from collab.outbox import models as outbox
from collab.people import models as people
from collab.purchases import models as purchases
from collab.slack import models as slack
from collab.subjects import models as subjects
from collab.tasks import models as tasks
from collab.threads import models as threads
from collab.web import models as web

__all__ = [
    "agreements",
    "approvals",
    "audit",
    "calendars",
    "escalations",
    "goals",
    "imports",
    "incidents",
    "nudges",
    "outbox",
    "people",
    "periods",
    "purchases",
    "slack",
    "subjects",
    "tasks",
    "threads",
    "web",
]
