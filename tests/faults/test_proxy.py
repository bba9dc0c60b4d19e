"""The proxy through which other tests break things does what it says: else they would test nothing."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.parts.proxy import TO_CLIENT, TO_TARGET, Proxy, Target

LIMIT = 5.0


class Echo:
    """A server that says everything again, and remembers what it heard."""

    def __init__(self, family: int, address: object) -> None:
        self._listener = socket.socket(family)
        self._listener.bind(address)
        self._listener.listen()
        self.target: Target = self._listener.getsockname()
        self.heard = b""
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                end, _address = self._listener.accept()
                self._ends.append(end)
                threading.Thread(target=self._serve, args=(end,), daemon=True).start()

    def _serve(self, end: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := end.recv(65536):
                self.heard += piece
                end.sendall(piece)
            end.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for end in [self._listener, *self._ends]:
            end.close()


@pytest.fixture(params=["tcp", "unix"])
def echo(request: pytest.FixtureRequest) -> Iterator[Echo]:
    with tempfile.TemporaryDirectory(prefix="cp-") as folder:
        unix = request.param == "unix"
        server = Echo(
            socket.AF_UNIX if unix else socket.AF_INET, str(Path(folder) / "echo") if unix else ("127.0.0.1", 0)
        )
        yield server
        server.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    with Proxy(echo.target) as made:
        yield made


@pytest.fixture
def call(proxy: Proxy) -> Iterator[Callable[[], socket.socket]]:
    """A new connection through the proxy."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(socket.create_connection((proxy.host, proxy.port), timeout=LIMIT))


Call = Callable[[], socket.socket]


def say(line: socket.socket, words: bytes = b"hello") -> bytes:
    line.sendall(words)
    return hear(line, len(words))


def hear(line: socket.socket, count: int) -> bytes:
    heard = b""
    while len(heard) < count and (piece := line.recv(count - len(heard))):
        heard += piece
    return heard


def until(truth: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_forwards_both_ways_more_than_any_buffer_holds(call: Call, proxy: Proxy) -> None:
    line, much = call(), bytes(range(256)) * 40_000
    threading.Thread(target=line.sendall, args=(much,), daemon=True).start()
    assert hear(line, len(much)) == much
    assert say(call()) == b"hello"
    assert (proxy.open, proxy.accepted) == (2, 2)


def test_an_end_that_has_nothing_more_to_say_still_hears(call: Call, proxy: Proxy) -> None:
    line = call()
    line.sendall(b"last words")
    line.shutdown(socket.SHUT_WR)
    assert hear(line, 100) == b"last words"
    until(lambda: proxy.open == 0)


def test_refuses_new_connections_keeps_the_open_ones_and_welcomes_again_on_the_same_port(
    call: Call, proxy: Proxy
) -> None:
    line, port = call(), proxy.port
    say(line)
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        call()
    assert say(line) == b"hello"
    proxy.welcome()
    assert say(call()) == b"hello"
    assert proxy.port == port


def test_cuts_with_fin(call: Call, proxy: Proxy) -> None:
    lines = [call(), call()]
    assert [say(line) for line in lines] == [b"hello"] * 2
    assert proxy.cut() == 2
    assert [line.recv(1) for line in lines] == [b"", b""]
    assert proxy.open == 0
    assert say(call()) == b"hello"


def test_cuts_with_rst(call: Call, proxy: Proxy) -> None:
    line = call()
    say(line)
    proxy.cut(rst=True)
    with pytest.raises(ConnectionResetError):
        line.recv(1)


def test_frozen_it_accepts_and_keeps_everything_and_forwards_it_later(call: Call, proxy: Proxy, echo: Echo) -> None:
    before = call()
    say(before, b"before")
    proxy.freeze()
    before.sendall(b"kept")
    during = call()  # is accepted
    during.sendall(b"kept")
    before.settimeout(0.3)
    with pytest.raises(TimeoutError):
        before.recv(1)
    assert echo.heard == b"before"
    proxy.thaw()
    before.settimeout(LIMIT)
    assert [hear(line, 4) for line in (before, during)] == [b"kept"] * 2


def test_an_answer_on_its_way_when_the_frost_comes_is_kept_too(call: Call, proxy: Proxy) -> None:
    line = call()
    say(line)
    proxy.delay(0.2)
    line.sendall(b"x")
    time.sleep(0.3)
    proxy.freeze()
    line.settimeout(0.4)
    with pytest.raises(TimeoutError):
        line.recv(1)
    proxy.heal()
    assert line.recv(1) == b"x"


def test_frozen_connections_can_be_cut(call: Call, proxy: Proxy) -> None:
    line = call()
    say(line)
    proxy.freeze()
    line.sendall(b"never")
    waiting = call()
    until(lambda: proxy.open == 2)
    proxy.cut(rst=True)
    for cut in (line, waiting):
        with pytest.raises(ConnectionResetError):
            cut.recv(1)


def test_stranded_connections_stay_open_and_silent_while_new_ones_work(call: Call, proxy: Proxy) -> None:
    line = call()
    say(line)
    proxy.strand()
    line.sendall(b"anybody?")
    assert say(call()) == b"hello"
    line.settimeout(0.3)
    with pytest.raises(TimeoutError):
        line.recv(1)
    assert proxy.open == 2
    assert proxy.cut() == 2


def test_callers_who_come_while_it_closes_and_cuts_are_not_forgotten(proxy: Proxy) -> None:
    """Each of them hears an end; a socket nobody closed would fail this test as a warning."""
    for _ in range(30):
        lines = []
        for _ in range(4):
            with contextlib.suppress(OSError):
                lines.append(socket.create_connection((proxy.host, proxy.port), timeout=LIMIT))
        proxy.refuse()
        proxy.cut()
        proxy.welcome()
        for line in lines:
            with contextlib.suppress(ConnectionError):
                assert line.recv(1) == b""
            line.close()
    assert proxy.open == 0


def test_delays_each_way(call: Call, proxy: Proxy) -> None:
    line = call()
    proxy.delay(0.15)
    started = time.monotonic()
    assert say(line) == b"hello"
    assert 0.3 <= time.monotonic() - started < LIMIT


def test_cuts_an_answer_at_the_very_byte(call: Call, proxy: Proxy, echo: Echo) -> None:
    line = call()
    say(line, b"a long story")
    proxy.cut_after(3, TO_CLIENT)
    line.sendall(b"hello")
    assert hear(line, 10) == b"hel"
    assert echo.heard == b"a long storyhello"


def test_cuts_an_answer_with_rst(call: Call, proxy: Proxy, echo: Echo) -> None:
    line = call()
    say(line)
    proxy.cut_after(3, TO_CLIENT, rst=True)
    line.sendall(b"hello")
    with pytest.raises(ConnectionResetError):
        hear(line, 10)
    assert echo.heard == b"hellohello"


def test_cuts_a_question_at_the_very_byte(call: Call, proxy: Proxy, echo: Echo) -> None:
    proxy.cut_after(3, TO_TARGET)
    line = call()
    line.sendall(b"hello")
    assert hear(line, 10) in {b"", b"hel"}
    until(lambda: echo.heard == b"hel")
    proxy.heal()
    assert say(call()) == b"hello"


def test_loses_the_answer_to_one_question_and_only_that(call: Call, proxy: Proxy, echo: Echo) -> None:
    bystander, line = call(), call()
    proxy.lose_answer_to(b"COMMIT")
    assert say(line, b"BEGIN") == b"BEGIN"
    assert not proxy.sprung
    line.sendall(b"COMMIT")
    assert line.recv(1) == b""
    assert echo.heard == b"BEGINCOMMIT"
    assert proxy.sprung
    assert say(bystander, b"COMMIT") == b"COMMIT"


def test_loses_one_question(call: Call, proxy: Proxy, echo: Echo) -> None:
    line = call()
    proxy.lose(b"COMMIT")
    assert say(line, b"BEGIN") == b"BEGIN"
    line.sendall(b"COMMIT")
    assert line.recv(1) == b""
    assert echo.heard == b"BEGIN"


def test_a_target_that_is_not_there_ends_the_connection(call: Call, proxy: Proxy, echo: Echo) -> None:
    echo.close()
    line = call()
    with contextlib.suppress(ConnectionResetError):
        assert line.recv(1) == b""
    until(lambda: proxy.open == 0)
