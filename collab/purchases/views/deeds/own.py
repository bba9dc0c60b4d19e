"""The requester's buttons: submit, take back, give up, copy."""

from __future__ import annotations

from flask import flash, redirect
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.permits import permit
from collab.purchases import service
from collab.purchases.views.deeds.base import Answer, bp, press, said
from collab.purchases.views.writing import asked, incomplete
from collab.web.identity import current_member, reader


@bp.post("/purchases/<key>/submit")
@permit("purchase.submit")
def submit(key: str) -> Answer:
    """Submit a draft, or a returned request again; what is missing is asked for on the form."""
    me = current_member()

    def act(me: Actor) -> str:
        service.submit(me, key, now=clock.now())
        return asked(key, "purchase.page.filed")

    try:
        return press(key, act, catch=(NotNow, NotAllowed))
    except Invalid as refused:
        return incomplete(me, key, refused)


@bp.post("/purchases/<key>/withdraw")
@permit("purchase.withdraw")
def withdraw(key: str) -> Answer:
    """Take it back to draft."""
    return press(key, lambda me: said("withdrawn", service.withdraw(me, key, now=clock.now())))


@bp.post("/purchases/<key>/time_to_mend")
@permit("purchase.more_time")
def time_to_mend(key: str) -> Answer:
    """One business day more to mend what was sent back."""

    def act(me: Actor) -> str:
        return reader().say("approval.time.done", key=key, due=service.more_time(me, key, now=clock.now()))

    return press(key, act)


@bp.post("/purchases/<key>/drop")
@permit("purchase.drop")
def drop(key: str) -> Answer:
    """Give it up for good."""
    return press(key, lambda me: said("dropped", service.drop(me, key, now=clock.now())))


@bp.post("/purchases/<key>/copy")
@permit("purchase.copy")
def copy(key: str) -> Response:
    """A new draft with the same content; its form opens."""
    fresh = service.copy(current_member(), key, now=clock.now())
    flash(reader().say("purchase.page.copied"), "success")
    return redirect(f"/purchases/{fresh.key}/edit", 303)
