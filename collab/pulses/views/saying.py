"""What the pages of pulses show: results in words, tables and bars."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.pulses import messages
from collab.pulses.messages import Names
from collab.pulses.rules import gap
from collab.pulses.rules.gap import Pair, shown
from collab.pulses.rules.hiding import POOLED, SHOWN, Group
from collab.pulses.rules.results import Results

FAR, APART = 25, 10
"""From which index on a gap is drawn as wide, and as one to look at."""


def names(how: Reader) -> Names:
    """What sides and departments are called."""
    return messages.names_from(people.list_departments(), how)


def page(found: Results, how: Reader) -> dict[str, Any]:
    """Everything the results say: the sentence first."""
    named = names(how)
    return {
        "headline": messages.disagreement(found, named, how), "index": _whole(found.index), "low": _whole(found.low),
        "answered": found.answered, "sides": _sides(found, named), "questions": _questions(found, how),
        "pairs": [_pair(pair, named, how) for pair in found.pairs], "groups": [_group(group, found, named, how) for group in found.groups],
        "hidden": hidden(found, named, how), "dropped": dropped(found), "minimum": found.minimum, "key": found.key,
    }  # fmt: skip


def hidden(found: Results, named: Names, how: Reader) -> list[str]:
    """Which departments are not shown by themselves, and why."""
    said = []
    for code, side in found.departments:
        standing = found.standing(code, side)
        if standing != SHOWN:
            word = "pooled_department" if standing == POOLED else "hidden_department"
            unit = named.unit(code)
            said.append(how.say(f"pulse.page.{word}", department=unit, side=named.side(side), n=found.minimum))
    return said


def dropped(found: Results) -> bool:
    """Whether answers of some department are in no group at all."""
    return any(found.standing(code, side) not in (SHOWN, POOLED) for code, side in found.departments)


def _sides(found: Results, named: Names) -> list[str]:
    return [named.side(side) for side in _codes(found)]


def _codes(found: Results) -> list[str]:
    return sorted({group.side for group in found.groups})


def _questions(found: Results, how: Reader) -> list[dict[str, Any]]:
    """Question by question: what each side says, and the widest gap between two of them; the widest first."""
    sides = [gap.side_of(code, found.groups) for code in _codes(found)]
    rows = []
    for one in found.questions:
        means = [gap.mean(side, one.code) for side in sides]
        known = [mean for mean in means if mean is not None]
        widest = (max(known) - min(known)) * 100 / gap.WIDEST if len(known) > 1 else None
        rows.append((widest, one.said(how.locale), [shown(mean) if mean is not None else "" for mean in means]))
    rows.sort(key=lambda row: -(row[0] if row[0] is not None else -1))
    return [
        {"said": said, "means": means, "gap": _whole(widest), "tone": _tone(widest)} for widest, said, means in rows
    ]


def _pair(pair: Pair, named: Names, how: Reader) -> dict[str, Any]:
    return {
        "said": how.say("pulse.page.sides_pair", **named.of(pair)),
        "index": _whole(pair.index),
        "tone": _tone(pair.index),
    }


def _group(group: Group, found: Results, named: Names, how: Reader) -> dict[str, Any]:
    name = how.say("pulse.said.others", side=named.side(group.side)) if group.pooled else named.unit(group.department)
    means = [gap.mean(group, code) for code in found.codes]
    return {"name": name, "n": group.n, "means": [shown(mean) if mean is not None else "" for mean in means]}


def past(results: Sequence[Results], how: Reader) -> list[dict[str, Any]]:
    """Closed pulses as a table, in the order given."""
    return [
        {
            "key": one.key, "on": how.day(people.today(one.ended_at)), "index": _whole(one.index), "low": _whole(one.low),
            "answered": one.answered,
        }
        for one in results
    ]  # fmt: skip


def _tone(index: Fraction | None) -> str:
    if index is None:
        return ""
    return "bad" if index >= FAR else "warn" if index >= APART else "ok"


def _whole(value: Fraction | None) -> str | None:
    return None if value is None else shown(value, 0)
