"""Journeys stand outside: they import nothing of the product, so they prove what a stranger would see."""

from __future__ import annotations

import ast

from tests.house.source import ROOT

OUTSIDE = ("tests/journeys", "tests/slack_double")
PRODUCT = ("collab", "config", "workers", "wsgi")


def test_what_stands_outside_imports_nothing_of_the_product() -> None:
    files = [file for folder in OUTSIDE for file in (ROOT / folder).rglob("*.py")] + [
        ROOT / "tests/parts/installation.py"
    ]
    found = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in _imported(file.read_text(encoding="utf-8"))
        if name.split(".")[0] in PRODUCT
    ]
    assert not found


def _imported(text: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names
