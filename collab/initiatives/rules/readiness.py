"""What an initiative still lacks before both sides can sign for it, and before work starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from collab.initiatives.rules.moves import SIDES

LACKS = ("lead_1", "lead_2", "two_sides", "departments", "goal")


def lacks(
    *, led: Mapping[int, str], sides: Mapping[str, str], departments: Collection[str], live_goals: int, fewest: int
) -> tuple[str, ...]:
    """Codes of LACKS, in this order. `led` is the department by slot, `sides` the side by department as it is today: a
    department may have moved to the other side since its lead was named."""
    found = [f"lead_{slot}" for slot in SIDES if slot not in led]
    if not found and len({sides.get(led[slot]) for slot in SIDES}) < len(SIDES):
        found.append("two_sides")
    if len(set(departments)) < fewest:
        found.append("departments")
    if not live_goals:
        found.append("goal")
    return tuple(found)
