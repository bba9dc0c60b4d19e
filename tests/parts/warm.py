"""Processes that start warm: forked from one that has loaded the libraries and the product's modules already.

A fresh interpreter spends more than a second on imports before it does anything, and the tests start some hundreds. What
is started here is a process of its own all the same: its own pid, session, environment, settings and connections; only its
modules came with it. Cold starts are tested as such: tests/cli/test_processes.py and tests/workers/test_make_run.py.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
LONGEST = 1 << 20
LOOK_SECONDS = 0.02
COLD = ("PYTHONHASHSEED", "PYTHONDEVMODE")
"""What only a fresh interpreter can heed, and no test asks of many processes."""
READ_ONCE = (
    "REMAP_SIGTERM",  # by the workers' library when it is loaded
    "PYTHONPATH", "ALTERED",  # lines of the product that are loaded otherwise: tests/faults/altered
    # Wall clocks that are wrong (tests.parts.clocks); in which file a clock is set is asked for anew at every look at it.
    "LD_PRELOAD", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC",
)  # fmt: skip
"""What is heeded where it stands at the start of a process or when something is loaded: one home for each set of values."""
LOADED = (
    "celery.apps.beat", "celery.apps.worker", "celery.bin.celery", "celery.concurrency.prefork", "celery.worker.consumer",
    "kombu.transport.redis", "collab.app", "config.logging", "workers.embedded",
    "granian.cli",
)  # fmt: skip


class Started:
    """A process that was started warm, with the part of `subprocess.Popen` that tests use."""

    def __init__(self, home: _Home, pid: int, words: Sequence[str]) -> None:
        self.pid, self.args = pid, [sys.executable, *words]
        self.returncode: int | None = None
        self.stdout: IO[str] | None = None
        self._home = home

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        if self.returncode is None:
            self.returncode = self._home.ended(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        until = time.monotonic() + timeout if timeout is not None else None
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """End it kindly."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


Process = Started | subprocess.Popen[bytes]


class _Home:
    """The process others are forked from, and the line to it. It ends when this one does."""

    def __init__(self, read_once: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._codes: dict[int, int] = {}
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("COLLAB_", "SLACK_"))}
        self._process = subprocess.Popen(command, cwd=ROOT, env={**environ, **read_once}, pass_fds=[theirs.fileno()])
        theirs.close()

    def start(self, words: Sequence[str], environ: Mapping[str, str], stdin: int, stdout: int, stderr: int) -> int:
        """Fork one; its process id."""
        request = json.dumps({"words": list(words), "environ": dict(environ)}).encode()
        with self._lock:
            socket.send_fds(self._line, [request], [stdin, stdout, stderr])
            while True:
                said = json.loads(self._line.recv(LONGEST))
                if "pid" in said:
                    return int(said["pid"])
                self._codes[said["ended"]] = said["code"]

    def ended(self, pid: int) -> int | None:
        """How a process ended; None while it runs."""
        with self._lock:
            while select.select([self._line], [], [], 0)[0]:
                said = json.loads(self._line.recv(LONGEST))
                self._codes[said["ended"]] = said["code"]
            return self._codes.get(pid)


_homes: dict[tuple[int, tuple[str, ...]], _Home] = {}
_one_at_a_time = threading.Lock()


def may_be_warm(environ: Mapping[str, str]) -> bool:
    """Whether a process with this environment can be forked: nothing in it is for a fresh interpreter only."""
    return not any(environ.get(name) for name in COLD)


def _typed_before(command: Sequence[str], environ: Mapping[str, str]) -> tuple[Sequence[str], Mapping[str, str]]:
    """What is left of `env NAME=VALUE ... command`, and the environment with it."""
    if command[0] != "env":
        return command, environ
    named = list(takewhile(lambda word: "=" in word, command[1:]))
    return command[1 + len(named) :], {**environ, **dict(word.split("=", 1) for word in named)}


def start(
    command: Sequence[str],
    environ: Mapping[str, str],
    stdout: IO[Any] | int,
    stderr: IO[Any] | int | None = None,
    stdin: IO[Any] | None = None,
) -> Process:
    """Start a command in a session of its own in the project's folder: Python warm where that can be, all else as it is."""
    command, environ = _typed_before(command, environ)
    out = stdout if isinstance(stdout, int) else stdout.fileno()
    err = out if stderr is None else stderr if isinstance(stderr, int) else stderr.fileno()
    with Path(os.devnull).open("rb") as nothing:
        given = stdin or nothing
        program, *words = command
        if program != sys.executable or not may_be_warm(environ):
            return subprocess.Popen(
                command, cwd=ROOT, env=dict(environ), stdin=given, stdout=out, stderr=err, start_new_session=True
            )
        with _one_at_a_time:
            read_once = {"PYTHONPATH": str(ROOT), **{name: environ[name] for name in READ_ONCE if name in environ}}
            at = os.getpid(), tuple(read_once.get(name, "") for name in READ_ONCE)
            home = _homes.get(at) or _homes.setdefault(at, _Home(read_once))
        return Started(home, home.start(words, environ, given.fileno(), out, err), words)


def run(
    words: Sequence[str], environ: Mapping[str, str], timeout: float = 300, said: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `python WORDS` to its end, with `said` on its standard input; what it printed and said."""
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        tempfile.TemporaryFile("w+") as words_in,
    ):
        words_in.write(said)
        words_in.seek(0)
        code = start([sys.executable, *words], environ, out, err, words_in).wait(timeout)
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess([sys.executable, *words], code, out.read(), err.read())


def _load() -> None:
    """What nearly every process needs. Neither `wsgi` nor `workers.app`: they are composed from the settings."""
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is shared with the children stays shared


def _serve(line: socket.socket) -> dict[str, Any]:
    """Fork whoever is asked for, and tell who ended; returns in the child, with what it shall be."""
    woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([line, woken], [], [])
        if woken in ready:
            os.read(woken, LONGEST)
            _tell(line)
        if line not in ready:
            continue
        said, fds, _flags, _address = socket.recv_fds(line, LONGEST, 3)
        if not said:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            for own in (line.detach(), woken, waker):
                os.close(own)
            return {**json.loads(said), "fds": fds}
        for descriptor in fds:
            os.close(descriptor)
        line.send(json.dumps({"pid": pid}).encode())


def _tell(line: socket.socket) -> None:
    """Say who ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        line.send(json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _become(wish: Mapping[str, Any]) -> None:
    """In the child: be what was asked for, as if started so."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for number, descriptor in enumerate(wish["fds"]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(wish["environ"])
    if os.environ.get("PYTHONWARNINGS") == "ignore":
        warnings.simplefilter("ignore")
    if os.environ.get("PYTHONUNBUFFERED"):
        sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]
    first, *rest = wish["words"]
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 (as python -c does)
    else:
        sys.argv = [first, *rest]
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    _load()
    _become(_serve(socket.socket(fileno=int(sys.argv[1]))))
