"""Those whose decision stands in a new round hear of it once; they are not asked again."""

from __future__ import annotations

from collab.approvals.service.carrying import DecisionsStand
from collab.kernel.errors import NotFound
from collab.kernel.keys import number_of
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.purchases.models import PREFIX

STANDS = "purchase.stands"


def tell_standing(event: DecisionsStand) -> None:
    """In the transaction that submits it again."""
    try:
        number_of(PREFIX, event.subject)
    except NotFound:
        return
    notes = [
        Note(STANDS, event.subject, f"{event.subject}:r{event.round}:stands:{member}", member=member, args={"round": event.round})
        for member in event.members
    ]  # fmt: skip
    outbox.enqueue(*notes, now=event.at)
