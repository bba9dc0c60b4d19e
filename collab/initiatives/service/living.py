"""The life of an initiative: its work starts, it is closed. What lies between are its pilot and the votes on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charters import is_chartered
from collab.initiatives.queries.standing import lacks_of
from collab.initiatives.rules.moves import ACTIVE, CLOSED, RESULTS
from collab.initiatives.service import holding, settling, telling
from collab.initiatives.service.content import LONG
from collab.initiatives.service.events import InitiativeClosed
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.words import checked_words

BY_HAND = ("achieved", "stopped", "dropped")
"""How a lead may close one; `silence` is what nobody says."""


def start(actor: Actor, key: str, *, now: datetime, version: int | None = None) -> InitiativeView:
    """Its work begins, under a charter both have signed as it stands.

    Raises:
        NotNow: `charter_unsigned`; `initiative_lacks`, where something else than a signature is missing by now.
        NotFound, NotAllowed, Stale: as `holding.hold` says.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.start", version=version).initiative
        check_ready(initiative)
        audit.record("start", key, actor=actor, at=now)
        fresh = settling.keep(initiative, now=now, values={"state": ACTIVE, "started_at": now})
        telling.told(fresh, "start", actor, now=now)
        return fresh


def check_ready(initiative: InitiativeView) -> None:
    """Whatever needs both sides needs a charter both have signed, leads of two sides, enough departments and a live goal.
    Raises NotNow (`charter_unsigned`, `initiative_lacks`)."""
    if not is_chartered(initiative):
        raise NotNow("charter_unsigned")
    missing = lacks_of(initiative)
    if missing:
        raise NotNow("initiative_lacks", what=Text(f"initiative.lacks.{missing[0]}"))


def close(
    actor: Actor, key: str, *, result: str | None, outcome: str | None, lesson: str | None, now: datetime,
    version: int | None = None,
) -> InitiativeView:  # fmt: skip
    """It is over: how (one of BY_HAND), what came of it for customers, what was learnt. It stays tied to its goals.

    Raises:
        Invalid: what was not said.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.close", version=version).initiative
        problems: dict[str, Text] = {}
        if result not in BY_HAND:
            choices = {"choices": ", ".join(BY_HAND)}
            problems["result"] = Text("field.not_a_choice", choices) if result else Text("field.required")
        words = {name: _needed(name, said, problems) for name, said in (("outcome", outcome), ("lesson", lesson))}
        if problems:
            raise Invalid(problems)
        return conclude(initiative, {"result": result, **words}, actor, now=now)


def learn(
    actor: Actor, key: str, *, lesson: str | None, outcome: str | None = None, now: datetime, version: int | None = None
) -> InitiativeView:
    """Write down what was learnt from one that a vote or silence closed: once, and what came of it where nobody said.

    Raises:
        Invalid: nothing was said.
        NotNow: it is there already (`lesson_written`), or it is not closed.
        NotFound, NotAllowed, Stale: as `holding.hold` says.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.learn", version=version).initiative
        if initiative.lesson is not None:
            raise NotNow("lesson_written")
        problems: dict[str, Text] = {}
        said = {"lesson": _needed("lesson", lesson, problems)}
        if problems:
            raise Invalid(problems)
        if initiative.outcome is None:
            said["outcome"] = checked_words("outcome", outcome, longest=LONG)
        audit.record("learn", key, actor=actor, at=now, after=said)
        return settling.keep(initiative, now=now, values=said)


def conclude(initiative: InitiativeView, end: dict[str, Any], actor: Actor | None, *, now: datetime) -> InitiativeView:
    """Close a locked initiative; `end` holds `result` (of RESULTS), `outcome` and `lesson`, which may be None where nobody
    closed it. Everybody it concerns is told."""
    if end["result"] not in RESULTS:
        raise ValueError(end["result"])
    audit.record("close", initiative.key, actor=actor, at=now, before={"state": initiative.state}, after=end)
    fresh = settling.keep(initiative, now=now, values={**end, "state": CLOSED, "closed_at": now})
    reactions.emit(InitiativeClosed(fresh, actor, now))
    telling.told(fresh, "close", actor, now=now, said=end.get("lesson"), result=end["result"])
    return fresh


def _needed(name: str, said: str | None, problems: dict[str, Text]) -> str | None:
    try:
        words = checked_words(name, said, longest=LONG)
    except Invalid as refused:
        problems.update(refused.fields)
        return None
    if words is None:
        problems[name] = Text("field.required")
    return words
