"""A wall clock that a test sets, for processes that believe it: libfaketime under real processes, no fake in the code.

clock = Clock(tmp_path / "worker.clock")
... start a process with clock.environ, or type clock.words before its command
clock.set("+1d"), clock.set("-1h"), clock.set("+0")

The steady clock (time.monotonic) stays as it is, as when somebody, or a time server, sets a machine's wall clock.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = "*/faketime/libfaketime.so.1"


class Clock:
    """One machine's wall clock, right until it is set."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set("+0")

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs to believe it."""
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": f"{HERE / 'bent_clock'}:{HERE.parents[1]}",
        }

    @property
    def words(self) -> list[str]:
        """The same, to be typed before a command."""
        return ["env", *(f"{name}={value}" for name, value in self.environ.items())]

    def set(self, offset: str) -> None:
        """From now on it shows the true time and so much: "+1d", "-1h", "+0.5" seconds."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{offset}\n")
        draft.rename(self._file)  # whoever reads it meanwhile sees the old or the new, and no half of either

    @contextmanager
    def trembling(self, seconds: float, seed: int = 1) -> Iterator[None]:
        """Meanwhile it jumps to and fro, by up to so many seconds, several times a second."""
        dice, over = random.Random(seed), threading.Event()

        def tremble() -> None:
            while not over.wait(0.2):
                self.set(f"{dice.uniform(-seconds, seconds):+.3f}")

        thread = threading.Thread(target=tremble, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def library() -> Path:
    """Where libfaketime is."""
    for folder in (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib")):
        for found in (*folder.glob("faketime/libfaketime.so.1"), *folder.glob(LIBRARY)):
            return found
    raise AssertionError("libfaketime is not installed; scripts/install-servers installs it")
