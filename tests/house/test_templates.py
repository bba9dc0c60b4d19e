"""What no template writes by hand, because a component draws it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.house.source import ROOT

COMPONENTS = ROOT / "collab" / "web" / "templates" / "web" / "components.html"
BY_HAND = re.compile(r"""class=["']chip[ "'{]""")


def test_chips_are_drawn_by_their_component_alone() -> None:
    assert BY_HAND.search(COMPONENTS.read_text(encoding="utf-8"))
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sorted((ROOT / "collab").rglob("templates/**/*.html"))
        if file != COMPONENTS
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if BY_HAND.search(line)
    ]
    assert not found, found


STEPS = re.compile(
    r"""\{%-?\s*call(?:\([^)]*\))?\s+(?P<call>[\w.]+)\((?P<label>t\([^()]*\))?|(?P<end>endcall)|c\.(?P<empty>empty_state)\("""
)
Calls = list[tuple[str, str | None]]


def steps() -> Iterator[tuple[str, Calls, re.Match[str]]]:
    """Every call of a component in every page: where, within which other calls, and the call itself."""
    for file in sorted((ROOT / "collab").rglob("templates/**/*.html")):
        text, inside = file.read_text(encoding="utf-8"), list[tuple[str, str | None]]()
        for step in STEPS.finditer(text):
            if step["end"]:
                inside.pop()
                continue
            yield f"{file.relative_to(ROOT)}:{text[: step.start()].count(chr(10)) + 1}", inside, step
            if step["call"]:
                inside.append((step["call"], step["label"]))


def test_where_nothing_is_a_card_says_so() -> None:
    found = [where for where, inside, step in steps() if step["empty"] and "c.card" not in dict(inside)]
    assert not found, found


def test_a_fold_does_not_repeat_the_title_of_its_card() -> None:
    found = [
        where for where, inside, step in steps() if inside and step["label"] and ("c.card", step["label"]) == inside[-1]
    ]
    assert not found, found
