"""A process like the web's that commits something to be said, and measures when a worker begins with it.

`python -m tests.bench.speaker floor|product`, told on standard input how often; each answer is one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from config.settings import ROOT
from tests.bench.figures import Round, rounded
from tests.bench.hands import Hands
from tests.bench.lab import Lab
from tests.bench.stopwatch import BEGAN, CALLED, ENDED, PIPE, Stopwatch

REST = (0.015, 0.03)
"""Seconds between two commits: everything has come to rest, and no two rounds keep step with a poll."""


@dataclass
class Speaker:
    """The process, as the bench sees it."""

    process: subprocess.Popen[str]
    called: list[list[float]] = field(default_factory=list)

    def round(self, commits: int, number: int) -> Round:
        """So many commits; how long each took until its job began."""
        spans = json.loads(self._ask(f"{commits}\n"))
        if number:  # the first round only warms
            self.called.append(spans["called"])
        return Round.of(spans["began"], sum(spans["began"]), cpu_seconds=0.0)

    def calls(self) -> list[float]:
        """Milliseconds until Slack was called: p50 and p99 of a round, the middle of all rounds."""
        hundredths = [quantiles(one, n=100, method="inclusive") for one in self.called]
        return [rounded(median(one[place] for one in hundredths) * 1e3) for place in (49, 98)]

    def _ask(self, line: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("the process that commits has ended")
        return answer


@contextmanager
def speaker(lab: Lab, worker: Hands, broker_url: str, **environ: str) -> Iterator[Speaker]:
    """The speaker for a worker, ready to commit."""
    kind = "floor" if worker.job.startswith("floor") else "product"
    own = lab.environ(FLOOR_BROKER=broker_url, COLLAB_BROKER_URL=broker_url, **worker.watch.environ, **environ)
    command = [sys.executable, "-m", "tests.bench.speaker", kind]
    with subprocess.Popen(
        command, cwd=ROOT, env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Speaker(process)
        finally:
            process.kill()


def main() -> None:
    """Speak until nobody asks any more."""
    commit = _floor() if sys.argv[1] == "floor" else _product()
    watch = Stopwatch.at(Path(os.environ[PIPE]))
    for line in sys.stdin:
        spans = [_once(commit, watch) for _ in range(int(line))]
        print(json.dumps({"began": [span[0] for span in spans], "called": [span[1] for span in spans]}), flush=True)


def _once(commit: Callable[[], float], watch: Stopwatch) -> tuple[float, float]:
    """Seconds from the commit until the job began, and until Slack was called (where there is such a call)."""
    time.sleep(random.uniform(*REST))
    watch.forget()
    committed = commit()
    at: dict[bytes, float] = {}
    for what, moment in watch.marks():
        at.setdefault(what, moment)
        if what == ENDED:
            return at[BEGAN] - committed, at.get(CALLED, at[BEGAN]) - committed
    raise AssertionError  # `marks` ends by raising


def _floor() -> Callable[[], float]:
    from tests.bench.floors.commits import Committer

    return Committer().commit


def _product() -> Callable[[], float]:
    """A message through the outbox's own service, in the application as the web composes it."""
    from collab.kernel import clock
    from collab.kernel.atomic import atomic
    from collab.outbox.service import enqueue
    from tests.bench.notes import new_channels, note
    from wsgi import app

    def commit() -> float:
        committed: list[float] = []
        with app.app_context(), atomic() as unit:
            unit.after_commit("stopwatch", lambda: committed.append(time.monotonic()))  # before the bell
            enqueue(note(*new_channels(1)), now=clock.now())
        return committed[0]

    return commit


if __name__ == "__main__":
    main()
