"""Every feature's tables in one place, so that migrations see them all."""

from collab.approvals import models as approvals
from collab.audit import models as audit
from collab.calendars import models as calendars
from collab.goals import models as goals
from collab.imports import models as imports
from collab.kernel import periods
from collab.outbox import models as outbox
from collab.people import models as people
from collab.purchases import models as purchases
from collab.slack import models as slack
from collab.subjects import models as subjects
from collab.web import models as web

__all__ = [
    "approvals",
    "audit",
    "calendars",
    "goals",
    "imports",
    "outbox",
    "people",
    "periods",
    "purchases",
    "slack",
    "subjects",
    "web",
]
