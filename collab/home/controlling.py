"""What features of their own know of a change of a control: whom it touches (requests, tasks, goals), and what stands in the way of
a department that is to be closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from collab.approvals.queries.seated import count_waiting_at
from collab.controls.registry import Around, Fields, registry
from collab.goals.queries.joint import count_running_of
from collab.kernel.errors import Text
from collab.purchases.queries.board import count_pending_in
from collab.tasks.queries.flow import count_open_in

CLOSE = "department.close"
Counts = Mapping[str, Callable[[str], int]]
_OFFICE: Counts = {"seats": count_waiting_at}
_DEPARTMENT: Counts = {"tasks": count_open_in, "goals": count_running_of}
_EFFECTS: Mapping[str, tuple[str, Counts]] = {
    "office.give": ("office", _OFFICE),
    "office.end": ("office", _OFFICE),
    "department.lead": ("department", _DEPARTMENT),
    "department.side": ("department", _DEPARTMENT),
    CLOSE: ("department", {"goals": count_running_of}),
}
"""By control: the field that names what is counted, and what is counted of it; open tasks forbid that a department is closed."""
_OBSTACLES: Counts = {"tasks": count_open_in, "requests": count_pending_in}


def install() -> None:
    """Make it known."""
    registry.add_effects("home.work", _touched)
    registry.add_obstacles("home.work", _work)


def _touched(code: str, fields: Fields, _around: Around) -> Sequence[Text]:
    if code not in _EFFECTS:
        return ()
    field, counts = _EFFECTS[code]
    return _counted("effect", counts, fields[field])


def _work(code: str, fields: Fields, _around: Around) -> Sequence[Text]:
    return _counted("obstacle", _OBSTACLES, fields["department"]) if code == CLOSE else ()


def _counted(part: str, counts: Counts, of: str) -> list[Text]:
    return [Text(f"control.{part}.{what}", {"n": n}) for what, count in counts.items() if (n := count(of))]
