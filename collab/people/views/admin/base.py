"""What these pages share: proposing a change from a form, and coming back with what was typed where it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from collab.controls import service as controls
from collab.controls.queries import PAGE as CHANGES
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotNow
from collab.kernel.fields import Day, Input, load
from collab.kernel.permits import permits
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

Answer = Response | tuple[str, int]
Refused = Mapping[str, str]
Show = Callable[[str, Refused, Mapping[str, str]], str]
"""The page again: which form was refused, what is wrong with it, what was typed."""


class FromIn(Input):
    """From which day."""

    from_on = Day(allow_none=True)


def administrator() -> Actor:
    """The member, where they may see these pages. Raises NotAllowed."""
    me = current_member()
    permits.check("people.administer", me.roles)
    return me


def propose(control: str, names: Sequence[str], show: Show, fixed: Mapping[str, Any] | None = None) -> Answer:
    """Propose a change from the form of this name, and show what waits then; refused, the page again."""
    me, now, how = current_member(), clock.now(), reader()
    require_recent_proof(now)
    typed = {name: request.form.get(name, "") for name in (*names, "from_on", "reason")}
    try:
        from_on = load(FromIn(), {"from_on": typed["from_on"]}).get("from_on")
        given = {**{name: typed[name] for name in names}, **(fixed or {})}
        made = controls.propose(me, control, given, reason=typed["reason"], from_on=from_on, now=now)
    except (Invalid, NotNow) as refused:
        return show(control, problems(refused), typed), refused.status
    flash(how.say("control.page.proposed", key=made.key), "success")
    return redirect(f"{CHANGES}/{made.key}", 303)


def problems(refused: DomainError) -> dict[str, str]:
    """What is wrong, by field; what is about no field stands under none."""
    how = reader()
    if isinstance(refused, Invalid):
        return {"" if path == "_" else path: how.say(text) for path, text in refused.fields.items()}
    return {"": how.say(refused.text)}


def page_number() -> int:
    """`?page=`, 1 for anything else."""
    written = request.args.get("page", "1")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 6 else 1
