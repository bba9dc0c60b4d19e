"""The product's source as trees, for checks that linters cannot express."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: str
    tree: ast.Module
    text: str

    @property
    def rooms(self) -> tuple[str, ...]:
        """`collab/purchases/slack/lines.py` is (collab, purchases, slack, lines)."""
        return tuple(self.path.removesuffix(".py").split("/"))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every source file below these folders; migrations, which are history, are left out."""
    found = [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "versions" not in path.parts
    ]
    return tuple(_module(path) for path in found)


def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(str(path.relative_to(ROOT)), ast.parse(text), text)


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its dotted name: `db.session.commit`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; what is called in between shows as `()`."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
        case ast.Call():
            return f"{dotted(node.func)}()"
    return "?"


def first_text(call: ast.Call) -> str | None:
    """The first argument, where it is a literal text."""
    argument = call.args[0] if call.args else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def where(module: Module, node: ast.AST) -> str:
    """`collab/x.py:12`."""
    return f"{module.path}:{getattr(node, 'lineno', 0)}"
