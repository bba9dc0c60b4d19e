"""What a change of routes would have done, in words: the ways submissions went, and those they would go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from collab.approvals.rules.table import counted
from collab.approvals.rules.ways import Difference, Effect, Way, WayStep
from collab.kernel.i18n import Reader

ARROW, BESIDE = " → ", " ∥ "


def lines(found: Effect, names: Mapping[int, Any], how: Reader) -> Iterator[str]:
    """An effect as plain lines, the most frequent change first."""
    yield summary(found, how)
    for difference in found.differences:
        before, after = compared(difference, names, how)
        yield f"  {len(difference.subjects)} × {before}  ⇒  {after}  ({', '.join(difference.subjects)})"


def summary(found: Effect, how: Reader) -> str:
    """How many submissions were tried and how many would have gone another way, as of which day."""
    if not found.tried:
        said = how.say("routes.effect.none")
    else:
        said = how.say("routes.effect.count", changed=found.changed, tried=found.tried)
    untried = how.say("routes.effect.untried", n=found.untried) if found.untried else ""
    return " · ".join(part for part in (said, how.say("routes.effect.on", day=found.on), untried) if part)


def compared(difference: Difference, names: Mapping[int, Any], how: Reader) -> tuple[str, str]:
    """Both ways in words; with who sits in each step where the names of the steps alone are the same."""
    plain = way(difference.before, {}, how), way(difference.after, {}, how)
    if plain[0] != plain[1]:
        return plain
    return way(difference.before, names, how), way(difference.after, names, how)


def way(found: Way, names: Mapping[int, Any], how: Reader) -> str:
    """A way in words: its steps in order, those side by side together; or how it ends without any."""
    if found.refused:
        why = how.say(found.refusal) if found.refusal else ""
        return how.say("routes.way.refused", why=why)
    if found.auto:
        return how.say(f"routes.way.{found.auto}")
    blocks = groupby(enumerate(found.steps), key=lambda at: at[1].parallel or f"#{at[0]}")
    return ARROW.join(BESIDE.join(_step(step, names, how) for _number, step in block) for _label, block in blocks)


def _step(step: WayStep, names: Mapping[int, Any], how: Reader) -> str:
    if not names:
        return how.name(step)
    seats = how.say("list.comma").join(how.name(names[member]) for member, _veto in step.seats if member in names)
    said = [how.say(f"routes.kind.{step.kind}"), seats, *([counted(step.rule, how)] if step.rule != "all" else [])]
    return f"{how.name(step)} ({how.say('list.comma').join(said)})"
