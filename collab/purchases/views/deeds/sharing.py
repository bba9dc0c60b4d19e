"""Showing a draft to people, and asking for a request back that can no longer be taken back."""

from __future__ import annotations

from flask import request

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.purchases import service
from collab.purchases.schemas.sharing import ShareIn
from collab.purchases.views.deeds.base import Answer, bp, press
from collab.web.identity import reader


@bp.post("/purchases/<key>/share")
@permit("purchase.share")
def share(key: str) -> Answer:
    """Show the draft to those who were ticked."""
    members = [email for email in request.form.getlist("members") if email.strip()]
    sent = {"members": members, "note": request.form.get("comment", "")}

    def act(me: Actor) -> str:
        wanted = load(ShareIn(), sent)
        fresh = service.share(me, key, wanted["members"], wanted["note"], now=clock.now())
        return reader().say("purchase.page.shared" if fresh else "purchase.page.shared_already", names=fresh)

    return press(key, act)


@bp.post("/purchases/<key>/ask_to_return")
@permit("purchase.withdraw")
def ask_to_return(key: str) -> Answer:
    """Ask whoever must decide now to send it back."""

    def act(me: Actor) -> str:
        asked = service.ask_to_return(me, key, now=clock.now())
        return reader().say("purchase.page.asked_to_return", names=asked)

    return press(key, act)
