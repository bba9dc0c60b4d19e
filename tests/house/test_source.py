"""What must not be written where: commits, clocks, other features' tables."""

from __future__ import annotations

import re

from collab.kernel.db import Base
from collab.migrations import tables
from tests.house.source import Module, calls, modules, where

assert tables

COMMITS = ("commit", "begin_nested")
EDGES = frozenset({"views", "slack", "cli", "wiring", "jobs"})
"""Rooms that may ask what time it is."""
CLOCK_READERS = {
    "collab/kernel/clock.py": "the one place",
    "collab/outbox/service/delivery.py": "a drain lasts: what is written after a call is never before it",
}
SPANS = frozenset({"time.monotonic", "time.perf_counter"})
"""Spans, never moments: allowed anywhere."""
READS = re.compile(
    r"(^|\.)(datetime\.(now|today|utcnow)|date\.today|time\.(time|time_ns|localtime|gmtime|strftime|ctime)|clock\.now)$"
)


def test_only_atomic_commits() -> None:
    found = [
        where(module, call)
        for module in modules("collab", "workers")
        for name, call in calls(module)
        if name.rpartition(".")[2] in COMMITS
        and "." in name
        and module.path not in ("collab/kernel/atomic.py", "collab/migrations/env.py")
    ]
    assert not found, "commit through kernel.atomic only"


def test_only_edges_read_the_clock() -> None:
    found = [
        f"{where(module, call)} {name}"
        for module in modules("collab", "workers")
        for name, call in calls(module)
        if READS.search(name) and name not in SPANS and not _may_read_the_clock(module)
    ]
    assert not found, "a moment is an argument: " + "; ".join(found)


def test_a_service_never_takes_the_present_as_a_default() -> None:
    """`now=clock.now()` in a signature would be read once, at import."""
    found = [
        where(module, node)
        for module in modules("collab")
        for node in __import__("ast").walk(module.tree)
        if node.__class__.__name__ == "FunctionDef"
        for default in [*node.args.defaults, *node.args.kw_defaults]
        if default is not None
        and "now" in __import__("ast").dump(default)
        and "Call" in __import__("ast").dump(default)
    ]
    assert not found


def test_no_sql_names_another_features_table() -> None:
    """Tables are imported by their own rooms only (`lint-imports`); this looks at SQL written as text."""
    owners = _owners()
    found = []
    for module in modules("collab"):
        feature = module.rooms[1]
        for name, call in calls(module):
            if name.rpartition(".")[2] not in ("text", "exec_driver_sql") or feature == "migrations":
                continue
            said = ast_text(call)
            found += [
                f"{where(module, call)} {table}"
                for table, owner in owners.items()
                if re.search(rf"\b{table}\b", said) and owner != feature
            ]
    assert not found, found


def ast_text(call: object) -> str:
    """All literal text of a call."""
    import ast

    return " ".join(
        node.value for node in ast.walk(call) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )  # type: ignore[arg-type]


def _owners() -> dict[str, str]:
    return {mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}


def _may_read_the_clock(module: Module) -> bool:
    inside = set(module.rooms)
    return (
        bool(inside & EDGES)
        or module.path in CLOCK_READERS
        or module.rooms[:2] == ("collab", "web")
        or module.path == "collab/cli.py"
    )
