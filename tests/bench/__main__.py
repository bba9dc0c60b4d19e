"""`python -m tests.bench [row ...]`: measure, print tables, end with one line a machine reads."""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import structlog

from tests.bench.lab import Lab, laboratory
from tests.bench.rows import ROWS

KEPT = Path(__file__).parents[2] / "docs" / "performance.md"
BUSY = 0.3
"""Load per core above which the machine is not ours alone."""


def main() -> None:
    """Measure what was asked for, everything by default."""
    wanted = _arguments()
    signal.signal(signal.SIGTERM, lambda *_about: sys.exit(143))  # told to stop: servers and folders are taken away
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    rows = wanted.rows or list(ROWS)
    with laboratory(wanted.scale, wanted.rounds) as lab:
        figures = {name: _row(lab, name) for name in rows}
        line = _line(lab, figures, load, wanted.scale)
    for note in lab.notes:
        print(f"note: {note}")
    print(line)
    if wanted.keep:
        _keep(line, complete=set(figures) == set(ROWS))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the product beside its floors.")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"one of {', '.join(ROWS)}; all without any")
    parser.add_argument("--rounds", type=int, default=5, help="how often contenders take turns")
    parser.add_argument("--scale", type=float, default=1.0, help="size of a round, 1 is the usual one")
    parser.add_argument("--keep", action="store_true", help="write the line into docs/performance.md")
    wanted = parser.parse_args()
    unknown = set(wanted.rows) - set(ROWS)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    return wanted


def _row(lab: Lab, name: str) -> dict[str, Any]:
    print(f"\n{name}", flush=True)
    return ROWS[name](lab)


def _line(lab: Lab, figures: dict[str, Any], load: float, scale: float) -> str:
    """Everything kept, with when and on what kind of machine."""
    gib = round(psutil.virtual_memory().total / 2**30)
    machine = (
        f"{os.cpu_count()} cores, {gib} GiB, {platform.system()}, Python {platform.python_version()},"
        f" PostgreSQL {lab.postgres_version()}"
    )
    about = {
        "on": datetime.now(UTC).date().isoformat(), "machine": machine, "shared": load > BUSY,
        "rounds": lab.rounds, "scale": scale,
    }  # fmt: skip
    return json.dumps({**about, **figures}, separators=(",", ":"))


def _keep(line: str, *, complete: bool) -> None:
    """Replace the first line of the page by this one."""
    if not complete:
        raise SystemExit("only a run of all rows is kept")
    _old, _newline, rest = KEPT.read_text(encoding="utf-8").partition("\n")
    KEPT.write_text(f"{line}\n{rest}", encoding="utf-8")


if __name__ == "__main__":
    main()
