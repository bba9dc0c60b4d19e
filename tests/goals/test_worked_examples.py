"""What docs/goals.md promises, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from collab.goals.rules import confidence, fiscal, pace, projection, promises, rolling, watermelon
from collab.goals.rules.habits import Habits
from collab.goals.rules.moves import MOVES
from collab.goals.rules.progress import Course, broken, progress, ratio, shown

PAGE = (Path(__file__).parents[2] / "docs" / "goals.md").read_text(encoding="utf-8")
LEAST = {
    "progress": 30, "rounding": 10, "pace": 9, "status": 11, "whole goals": 9, "stale": 3, "roll-up": 8, "sum over sum": 7,
    "counts": 5, "confidence": 4, "verbs": 7, "fiscal": 6, "notes": 5, "green against the rule": 7,
    "promise gap": 6, "score": 9,
}  # fmt: skip


def _tables() -> dict[str, list[list[str]]]:
    found = {}
    for name, body in re.findall(r"\*worked: ([^*]+)\*[^\n]*\n\n((?:\|[^\n]*\n)+)", PAGE):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in body.splitlines()]
        found[name] = rows[2:]
    return found


TABLES = _tables()


def _examples(name: str, check: Callable[..., None]) -> list[object]:
    return [pytest.param(check, row, id=f"{name}: {' '.join(filter(None, row))[:70]}") for row in TABLES[name]]


def _exact(cell: str) -> Decimal | None:
    return Decimal(cell) if cell not in ("", "–") else None


def _part(cell: str) -> Fraction | None:
    return None if cell == "–" else Fraction(cell)


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell not in ("", "–") else None


def _shown(exact: Fraction | None) -> str:
    return "–" if exact is None else str(shown(exact))


def _yes(cell: str) -> bool:
    return {"yes": True, "no": False}[cell]


def _progress(kind: str, *cells: str) -> None:
    baseline, target, floor, ceiling, value = map(_exact, cells[:5])
    course = Course(kind, baseline, target, floor, ceiling)
    assert _shown(progress(course, value)) == cells[5]
    assert broken(course, value) is _yes(cells[6])


def _rounding(exact: str, places: str, read: str) -> None:
    assert str(shown(Fraction(exact), int(places))) == read


def _pace(starts: str, due: str, today: str, expected: str, *_because: str) -> None:
    assert _shown(pace.expected(_day(starts), _day(due), date.fromisoformat(today))) == expected


def _status(gap: str, breaks: str, stale: str, suggested: str, *_because: str) -> None:
    limits = Habits().limits
    assert pace.suggested(_part(gap), broken=_yes(breaks), old=_yes(stale), limits=limits) == suggested


def _whole(today: str, value: str, way: str, expected: str, gap: str, suggested: str) -> None:
    done = progress(Course("increase", Decimal(40), Decimal(90)), _exact(value))
    by_now = pace.expected(date(2026, 4, 1), date(2027, 3, 31), date.fromisoformat(today))
    behind = pace.gap(by_now, done)
    assert (_shown(done), _shown(by_now), _shown(behind), pace.suggested(behind)) == (way, expected, gap, suggested)


def _stale(measured: str, after: str, today: str, stale: str) -> None:
    days = None if after == "–" else int(after)
    assert pace.stale(_day(measured), days, date.fromisoformat(today)) is _yes(stale)


def _rolled(children: str, parent: str, *_because: str) -> None:
    parts = [one.split(":") for one in children.split(", ")]
    named = [rolling.Part(f"G-{at}", int(share), _part(way.strip())) for at, (share, way) in enumerate(parts)]
    assert _shown(rolling.mean(named)) == parent


def _summed(children: str, summed: str, of_means: str, *_because: str) -> None:
    pairs = [re.fullmatch(r"([\d.]+)/([\d.]+) @ (\d+)", one) for one in children.split(", ")]
    shares = [rolling.Share(int(at[3]), None, Decimal(at[1]), Decimal(at[2])) for at in pairs if at]
    assert len(shares) == len(pairs)
    total = rolling.sum_over_sum(shares)
    assert total.numerator is not None
    assert total.denominator is not None
    assert total.parts == len(shares)
    assert _shown(ratio(total.numerator, total.denominator, 100)) == summed
    means = [Fraction(at[1]) / Fraction(at[2]) * 100 for at in pairs if at and Fraction(at[2])]
    assert _shown(sum(means, Fraction(0)) / len(means) if means else None) == of_means


def _counted(children: str, total: str) -> None:
    pairs = [one.split(" @ ") for one in children.split(", ")]
    assert rolling.sum_of_values(rolling.Share(int(share), Decimal(value)) for value, share in pairs).value == Decimal(
        total
    )


def _confident(one: str, other: str, points: str, flagged: str) -> None:
    between = confidence.apart(int(given) if given != "–" else None for given in (one, other))
    assert str(between if between is not None else "–") == points
    assert (between is not None and between >= Habits().divergence) is _yes(flagged)


def _noted(before: str, now: str, note: str) -> None:
    last = None if before == "–" else int(before)
    assert confidence.needs_note(last, int(now), start=Habits().start, move=Habits().move) is _yes(note)


@dataclass(frozen=True)
class Claimed:
    member_id: int
    status: str
    suggested: str


def _green(checkins: str, moves: str) -> None:
    said = [re.fullmatch(r"([AB]): (\w+)/(\w+)", one) for one in checkins.split(", ")]
    claims = [Claimed(ord(one[1]), one[2], one[3]) for one in said if one]
    assert len(claims) == len(said)
    assert watermelon.crosses(claims) is _yes(moves)


def _fiscal(period: str, starts: str, due: str) -> None:
    assert fiscal.days_of(period, Habits().starts_month) == (_day(starts), _day(due))


def _promised(promise: str, experience: str, kind: str, gap: str, short: str) -> None:
    apart = promises.gap(_part(promise), _part(experience))
    assert (_shown(apart), promises.falls_short(apart, kind)) == (gap, _yes(short))


def _scored(way: str, expected: str, score: str, band: str) -> None:
    reached = projection.score(_part(way), _part(expected))
    assert [str(one if one is not None else "–") for one in (reached, projection.band(reached))] == [score, band]


def _verb(verb: str, states: str, to: str, who: str, must: str) -> None:
    move = MOVES[verb]
    written = [", ".join(each) or "–" for each in (move.states, move.who, move.must)]
    assert [states, who, must] == written
    assert to == (move.to or "–")


@pytest.mark.parametrize(
    ("check", "row"),
    [
        *_examples("progress", _progress), *_examples("rounding", _rounding), *_examples("pace", _pace),
        *_examples("status", _status), *_examples("whole goals", _whole), *_examples("stale", _stale),
        *_examples("roll-up", _rolled), *_examples("sum over sum", _summed), *_examples("counts", _counted),
        *_examples("confidence", _confident), *_examples("verbs", _verb), *_examples("fiscal", _fiscal),
        *_examples("notes", _noted), *_examples("green against the rule", _green),
        *_examples("promise gap", _promised), *_examples("score", _scored),
    ],
)  # fmt: skip
def test_every_example_of_the_page_is_true(check: Callable[..., None], row: list[str]) -> None:
    check(*row)


def test_the_page_has_its_examples() -> None:
    assert {name: len(rows) for name, rows in TABLES.items()}.keys() == LEAST.keys()
    assert {name: len(TABLES[name]) for name in LEAST if len(TABLES[name]) < LEAST[name]} == {}


def test_every_verb_of_a_goals_life_stands_on_the_page() -> None:
    assert [row[0] for row in TABLES["verbs"]] == list(MOVES)
