"""A change as it stands today: whether what it was made for still holds, and whom it would touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab.controls import rules
from collab.controls.models import ControlChange
from collab.controls.registry import Around, Picture, Row, registry
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.errors import DomainError, Text
from collab.kernel.fields import load
from collab.kernel.i18n import Reader


@dataclass(frozen=True)
class Standing:
    """`picture` is None where the change could not be made today; `problem` says why. `moved` names what is no longer as it was
    when it was proposed; `effects` whom it touches; `obstacles` what must be settled first."""

    picture: Picture | None = None
    problem: Text | None = None
    moved: Sequence[str] = ()
    effects: Sequence[Text] = field(default=())
    obstacles: Sequence[Text] = field(default=())


def around(change: ControlChange, now: datetime) -> Around:
    """The circumstances in which a change is looked at."""
    today = day_in(now, company().zone)
    by = next((one for one in registry.everybody(now) if one.id == change.proposed_by_id), None)
    return Around(rules.first_day(change.from_on, today), now, by)


def standing(change: ControlChange, now: datetime) -> Standing:
    """What making it today would meet; of a change that is over, nothing."""
    if change.state not in rules.RUNNING:
        return Standing()
    control, where = registry.get(change.code), around(change, now)
    try:
        fields = load(control.schema(), change.fields)
        picture = control.check(fields, where)
        effects = registry.effects(change.code, fields, where)
        obstacles = registry.obstacles(change.code, fields, where)
    except DomainError as refused:
        return Standing(problem=_why(refused))
    return Standing(picture, None, rules.moved(change.before, picture.before), effects, obstacles)


def _why(refused: DomainError) -> Text:
    return next(iter(getattr(refused, "fields", {}).values()), refused.text)


def title_of(change: ControlChange) -> Text:
    """The change in one line."""
    control = registry.get(change.code)
    return control.title(load(control.schema(), change.fields))


def described(change: ControlChange, reader: Reader) -> Sequence[Row]:
    """What differs between before and after."""
    return registry.get(change.code).describe(change.before, change.after, reader)
