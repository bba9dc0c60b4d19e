"""What no template writes by hand, because a component draws it."""

from __future__ import annotations

import re

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
