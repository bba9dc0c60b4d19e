"""The embedded broker, with real servers: one per installation, gone when it should be, jobs kept."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import redis

from config.settings import ROOT, Settings, load
from tests.workers.processes import alive, process_of, running, until
from workers import embedded

Ensure = Callable[[], embedded.Broker | None]

START = """
import sys
from config.settings import load
from workers import embedded
if "untied" in sys.argv:
    embedded.end_with_parent = lambda: None
broker = embedded.ensure(load())
print("ours" if broker else "theirs", flush=True)
sys.stdin.read()
if broker:
    broker.stop()
"""


def server_pid(settings: Settings) -> int:
    return int((settings.var_dir / "broker" / "server.pid").read_text())


def client(settings: Settings) -> redis.Redis:
    return redis.Redis(unix_socket_path=settings.broker_url.removeprefix("redis+socket://"))


def starter(environ: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        env=environ,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> None:
    process.communicate("", timeout=20)


def test_the_second_who_asks_finds_it_running(settings: Settings, ensure: Ensure) -> None:
    assert ensure() is not None
    assert ensure() is None


def test_stopping_leaves_no_process_and_no_socket(settings: Settings, ensure: Ensure) -> None:
    broker = ensure()
    assert broker is not None
    server = process_of(server_pid(settings))
    broker.stop()
    assert not alive(server)
    assert not (settings.var_dir / "broker.sock").exists()


def test_of_many_who_ask_at_once_one_starts_it(environ: dict[str, str]) -> None:
    starters = [starter(environ) for _ in range(4)]
    assert sorted(said(process) for process in starters) == ["ours", "theirs", "theirs", "theirs"]
    for process in starters:
        ended(process)


def test_only_we_may_speak_to_it(settings: Settings, ensure: Ensure) -> None:
    ensure()
    assert (settings.var_dir / "broker.sock").stat().st_mode & 0o077 == 0
    assert not process_of(server_pid(settings)).net_connections("inet")


def test_jobs_survive_a_killed_server(settings: Settings, ensure: Ensure) -> None:
    ensure()
    with client(settings) as line:
        line.rpush("delivery", "a job")
    server = process_of(server_pid(settings))
    server.kill()
    until(lambda: not alive(server))
    assert ensure() is not None, "the socket of the killed server is in nobody's way"
    with client(settings) as line:
        assert line.lrange("delivery", 0, -1) == [b"a job"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_it_ends_with_the_process_that_started_it(settings: Settings, environ: dict[str, str]) -> None:
    process = starter(environ)
    assert said(process) == "ours"
    server = process_of(server_pid(settings))
    process.kill()
    ended(process)
    until(lambda: not alive(server))


def test_a_leftover_is_replaced_and_its_jobs_are_kept(
    settings: Settings, environ: dict[str, str], ensure: Ensure
) -> None:
    """Where a child outlives its killed parent, the next start tidies up."""
    process = starter(environ, "untied")
    assert said(process) == "ours"
    leftover = process_of(server_pid(settings))
    with client(settings) as line:
        line.rpush("delivery", "a job")
    process.kill()
    ended(process)
    assert alive(leftover)

    assert ensure() is not None
    assert not alive(leftover)
    with client(settings) as line:
        assert line.lrange("delivery", 0, -1) == [b"a job"]


def test_who_did_not_start_it_does_not_stop_it(settings: Settings, environ: dict[str, str], ensure: Ensure) -> None:
    ensure()
    process = starter(environ)
    assert said(process) == "theirs"
    ended(process)
    with client(settings) as line:
        assert line.ping()


def test_a_server_that_hangs_is_named_in_one_line(
    settings: Settings, ensure: Ensure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "PATIENCE", 1.0)
    ensure()
    pid = server_pid(settings)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(SystemExit, match=rf"process {pid}\) runs but does not answer"):
            ensure()
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_server_that_cannot_start_says_why_in_one_line(settings: Settings, ensure: Ensure) -> None:
    broker = ensure()
    assert broker is not None
    broker.stop()
    for manifest in (settings.var_dir / "broker" / "appendonlydir").glob("*.manifest"):
        manifest.write_text("nonsense\n")
    with pytest.raises(SystemExit) as caught:
        ensure()
    assert str(caught.value).startswith("The embedded broker did not start: ")
    assert "\n" not in str(caught.value)


def test_a_path_too_long_for_a_socket_gets_a_short_private_place(tmp_path: Path) -> None:
    settings = load({"COLLAB_VAR_DIR": str(tmp_path / ("long" * 25))})
    broker = embedded.ensure(settings)
    assert broker is not None
    try:
        assert len(os.fsencode(broker.place.socket)) <= 100
        assert broker.place.socket.parent.stat().st_mode & 0o077 == 0
        assert (settings.var_dir / "broker" / "appendonlydir").is_dir(), "only the socket moved"
        assert embedded.ensure(load({"COLLAB_VAR_DIR": str(settings.var_dir)})) is None, "every process finds it"
    finally:
        broker.stop()
        broker.place.socket.parent.rmdir()


def test_a_short_place_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    settings = load({"COLLAB_VAR_DIR": str(tmp_path / ("long" * 25))})
    folder = Path(settings.broker_url.removeprefix("redis+socket://")).parent
    folder.mkdir(mode=0o755)
    try:
        with pytest.raises(SystemExit, match="is not private"):
            embedded.ensure(settings)
    finally:
        folder.rmdir()


def test_odd_characters_in_the_path_are_fine(var_dir: Path) -> None:
    settings = load({"COLLAB_VAR_DIR": str(var_dir / "a 100% öd#d ?dir")})
    broker = embedded.ensure(settings)
    assert broker is not None
    broker.stop()


def test_another_broker_means_none_of_ours(var_dir: Path) -> None:
    settings = load({"COLLAB_VAR_DIR": str(var_dir), "COLLAB_BROKER_URL": "redis://127.0.0.1:1"})
    assert embedded.ensure(settings) is None
    assert not (var_dir / "broker").exists()


def test_no_binary_for_this_machine_is_said_in_one_line(
    settings: Settings, ensure: Ensure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="Write COLLAB_BROKER_URL=redis://"):
        ensure()
    monkeypatch.undo()
    assert ensure() is not None, "the lock was given back"


def test_as_a_process_it_restarts_what_is_killed_and_tidies_up(settings: Settings, environ: dict[str, str]) -> None:
    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(settings.var_dir / "broker.sock")) == 0

    with running(environ, "-m", "workers.embedded") as process:
        until(answers)
        time.sleep(0.5)  # the process has seen it answer, too
        first = process_of(server_pid(settings))
        first.kill()
        until(lambda: not alive(first) and answers() and server_pid(settings) != first.pid)
        second = process_of(server_pid(settings))
        process.terminate()
        assert process.wait(10) == 0
        assert not alive(second)


def test_nothing_heavy_is_loaded_to_start_it(environ: dict[str, str]) -> None:
    code = "import sys, workers.embedded; print(*(m for m in ('flask', 'celery', 'valkey') if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, text=True, capture_output=True, check=True
    )
    assert done.stdout.split() == []


def test_psutil_sees_what_these_tests_count(settings: Settings, ensure: Ensure) -> None:
    ensure()
    assert "valkey-server" in psutil.Process(server_pid(settings)).name()
