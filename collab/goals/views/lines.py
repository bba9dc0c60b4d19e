"""Goals as lines of a list or a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.goals.queries.branches import Branch
from collab.goals.views.saying import TONES, distance, judged, number, part, thresholded, tied, way
from collab.kernel.i18n import Reader
from collab.people import queries as people


@dataclass(frozen=True)
class Names:
    """Who and what lines speak of: members by id, departments by code."""

    members: Mapping[int, Any]
    departments: Mapping[str, Any]

    def department(self, code: str, how: Reader) -> str:
        """A department's name."""
        row = self.departments.get(code)
        return how.name(row) if row is not None else code

    def member(self, number: int, how: Reader) -> str:
        """A member's name."""
        named = self.members.get(number)
        return how.name(named) if named is not None else "–"


def names_for(branches: Iterable[Branch]) -> Names:
    """Everybody who answers for these goals. Two statements."""
    members = people.names_of(held.member for one in branches for held in one.goal.owners)
    return Names(members, {row.code: row for row in people.list_departments()})


def line(branch: Branch, names: Names, how: Reader) -> dict[str, Any]:
    """One goal as templates read it."""
    goal, standing = branch.goal, branch.standing
    runs = judged(goal, standing)
    expected = standing.expected
    progress = None if thresholded(goal, standing) else standing.progress
    return {
        "key": goal.key, "title": goal.title, "href": f"/goals/{goal.key}", "kind": goal.kind, "state": goal.state,
        "status": standing.status if runs else "", "claimed": standing.overridden,
        "tone": TONES[standing.suggested] if runs else "",
        "progress": None if progress is None else float(progress), "words": _words(branch, how),
        "shown": "" if progress is None else how.say("goal.see.chart.per_cent", n=number(progress, how)),
        "expected": float(expected) if runs and expected is not None and not thresholded(goal, standing) else None,
        "due": how.day(goal.due_on) if goal.due_on else "", "tie": tied(branch, how), "part": part(branch, how), "below": branch.below,
        "owners": [
            {"name": names.member(held.member, how), "department": names.department(held.department, how)}
            for held in goal.owners
        ],
        "marks": marks(branch, how),
    }  # fmt: skip


def _words(branch: Branch, how: Reader) -> str:
    """How far it is, where no bar can say it: of what a threshold judges, how far outside."""
    far = distance(branch.goal, branch.standing, how) if thresholded(branch.goal, branch.standing) else ""
    return " · ".join(word for word in (way(branch.goal, branch.standing, how), far) if word)


def lines(branches: Sequence[Branch], names: Names, how: Reader) -> list[dict[str, Any]]:
    """Some of them."""
    return [line(one, names, how) for one in branches]


def marks(branch: Branch, how: Reader) -> list[dict[str, str]]:
    """What has to be noticed at a glance: a word and its tone each."""
    standing = branch.standing
    apart = {"n": standing.divergence or 0}
    found = [
        (standing.diverged, "diverged", "warn", apart), (standing.watermelon, "watermelon", "warn", {}),
        (standing.broken, "broken", "bad", {}), (standing.dark, "dark", "bad", {}), (standing.stale, "stale", "warn", {}),
    ]  # fmt: skip
    told = [(word, tone, args) for held, word, tone, args in found if held and judged(branch.goal, standing)]
    if branch.orphan and branch.goal.state != "closed":
        told.append(("orphan", "warn", {}))
    return [{"word": how.say(f"goal.see.mark.{word}", **args), "tone": tone} for word, tone, args in told]
