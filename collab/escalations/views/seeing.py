"""Who may look at one wait: whoever may see its subject, whoever it was put before, auditors and administrators."""

from __future__ import annotations

from collab.escalations.queries import EscalationView
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.subjects.queries import list_summaries


def check_seen(viewer: Actor, view: EscalationView) -> EscalationView:
    """The same wait. Raises NotAllowed, NotFound."""
    permits.check("escalation.show", viewer.roles)
    involved = {view.late, view.other, view.owner, *(notice.member for notice in view.told)}
    if viewer.id in involved or viewer.is_admin or viewer.is_auditor:
        return view
    if view.subject not in list_summaries(viewer, [view.subject]):
        raise NotFound
    return view
