"""What the buttons of a request's page share: do it, say so and show the request, or show why not and what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.purchases import queries
from collab.purchases.views import paper, rows, words
from collab.purchases.views.pages import sheet
from collab.web.identity import current_member, reader

bp = Blueprint("purchase_deeds", __name__)
Answer = Response | str | tuple[str, int]


def press(
    key: str, act: Callable[[Actor], str], *, catch: tuple[type[DomainError], ...] = (NotNow, NotAllowed, Invalid)
) -> Answer:
    """Do it, say so and show the request; refused, show it with the reason and what was typed."""
    me = current_member()
    try:
        flash(act(me), "success")
    except catch as refused:
        return refused_page(me, key, refused), refused.status
    return redirect(f"/purchases/{key}", 303)


def refused_page(me: Actor, key: str, refused: DomainError) -> str:
    """The page with the reason of a refusal, and what was typed."""
    how = reader()
    view = paper.view_of(me, key, how, clock.now())
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    changed = []
    if refused.said_code == "content_changed":
        changed = words.since_seen(queries.history(me, key), refused.args_said["seen"], how)
    return sheet(
        view, problem=how.say(refused.text), errors=errors, changes=changed,
        typed=typed(),
    )  # fmt: skip


def typed() -> dict[str, Any]:
    """What was typed, and which form it was typed into: the one it names, its verb, or the end of its address."""
    sent: dict[str, Any] = {name: value for name, value in request.form.items() if name != "csrf_token"}
    verb = sent.get("verb", request.path.rpartition("/")[2])
    several = {"members": request.form.getlist("members"), "conditions": rows.conditions(request.form)}
    return {"form": verb, "comment": "", **sent, "verb": verb, **several}


def said(word: str, _done: Any) -> str:
    """The words for what was done."""
    return reader().say(f"purchase.page.{word}")
