"""Real processes for tests: started, waited for, killed."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.parts import warm


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something holds; a machine under load gets the time it needs."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.02)


@contextmanager
def running(environ: Mapping[str, str], *command: str) -> Iterator[Any]:
    """A process in a session of its own, as a terminal would start it; nothing of it is left behind.

    What it says goes to a file, so that no full pipe ever stops it, and is shown when a test fails.
    """
    with tempfile.NamedTemporaryFile("w+", prefix="said-") as said, Path(said.name).open() as heard:
        process = warm.start([sys.executable, *command], environ, said)
        process.stdout = heard
        family = [process_of(process.pid)]
        try:
            yield process
        except BaseException:
            print(f"--- {' '.join(command)}\n{Path(said.name).read_text(errors='replace')[-5000:]}")
            raise
        finally:
            family += descendants(process.pid)
            for member in family:
                if alive(member):
                    member.kill()
            process.wait()


def python(environ: Mapping[str, str], code: str) -> str:
    """What a script prints."""
    done = warm.run(["-c", code], environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def process_of(pid: int) -> psutil.Process:
    return psutil.Process(pid)


def descendants(pid: int, *words: str) -> list[psutil.Process]:
    """The living children of children, those whose command line has every word."""
    try:
        family = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [member for member in family if all(word in command_line(member) for word in words)]


def command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie is one, too
        return ""


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
