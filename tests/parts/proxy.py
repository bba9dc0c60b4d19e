"""A TCP proxy of our own: whoever connects through it meets the misfortunes of a network, at the moment a test says.

    with Proxy(("127.0.0.1", 6379)) as proxy:        # or Proxy("/run/postgresql/.s.PGSQL.5432")
        ... connect to proxy.host, proxy.port ...
        proxy.freeze()                               # connections open, and nothing comes through
        proxy.thaw()                                 # what was kept goes on its way
        proxy.strand()                               # connections open now carry nothing any more; new ones do
        proxy.cut(), proxy.cut(rst=True)             # every open connection ends
        proxy.refuse(), proxy.welcome()              # nobody listens, as after a crash; and again
        proxy.delay(0.2)                             # seconds, for every piece in each direction
        proxy.cut_after(100, TO_CLIENT)              # each connection ends when it carried so many bytes more
        proxy.lose_answer_to(b"COMMIT")              # the target did it, and nobody hears of it
        proxy.lose(b"COMMIT")                        # the target never saw it
        proxy.heal()                                 # all of the above is over, for connections that still stand
        proxy.open, proxy.accepted                   # connections now, and ever

It runs in one thread of its own; every call returns when it is done and may come from any thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, TypeVar

Target = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""

TO_TARGET, TO_CLIENT = "to target", "to client"
PIECE = 65536
PATIENCE = 10.0
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time at all: closing sends RST
T = TypeVar("T")


class Cut(Exception):
    """This connection ends now."""


@dataclass
class Weather:
    """What happens to all connections just now."""

    fair: asyncio.Event  # clear while frozen
    delay: float = 0.0
    limits: dict[str, int] = field(default_factory=dict)  # bytes each connection may still carry, by direction
    rst: bool = False  # how a connection that reached its limit ends
    marker: bytes = b""  # what to wait for on the way to the target
    swallow: bool = False  # True: the marked piece is lost itself, False: its answer is


@dataclass(eq=False)
class Link:
    """One connection: the client's end and the target's."""

    client: socket.socket
    target: socket.socket
    carried: dict[str, int] = field(default_factory=lambda: {TO_TARGET: 0, TO_CLIENT: 0})
    marked: bool = False
    stranded: bool = False
    rst: bool = False

    def close(self) -> None:
        """End both ends, with RST or FIN. Bytes that were kept are lost."""
        for end in (self.client, self.target):
            with contextlib.suppress(OSError):
                if self.rst:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                else:
                    end.shutdown(socket.SHUT_WR)  # FIN first: closing over unread bytes would send RST alone
            end.close()


class Proxy:
    """A port of this machine behind which stands the target."""

    host = "127.0.0.1"

    def __init__(self, target: Target) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._weather = Weather(asyncio.Event())
        self._weather.fair.set()
        self._links: dict[asyncio.Task[None], Link] = {}
        self._welcoming = False
        self._listener = _bound(0)
        self.port = int(self._listener.getsockname()[1])
        self.accepted = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self.welcome()
        return self

    def __exit__(self, *_error: object) -> None:
        self.refuse()
        self.cut()
        self._listener.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    @property
    def open(self) -> int:
        """Connections that are open now."""
        return self._tell(lambda: len(self._links))

    def welcome(self) -> None:
        """Take new connections, on the same port as ever."""
        self._tell(self._listen)

    def refuse(self) -> None:
        """New connections are refused (ECONNREFUSED), as by a machine whose server is down."""
        self._tell(self._stop_listening)

    def cut(self, *, rst: bool = False) -> int:
        """End every open connection with FIN, or with RST; how many there were."""
        return asyncio.run_coroutine_threadsafe(self._cut(rst=rst), self._loop).result(PATIENCE)

    def freeze(self) -> None:
        """Accept and keep what comes, forward nothing: the other end seems alive and says no word."""
        self._tell(self._weather.fair.clear)

    def thaw(self) -> None:
        """Forward again, beginning with what was kept."""
        self._tell(self._weather.fair.set)

    def strand(self) -> None:
        """Forget the connections that are open, as a firewall does: both ends think they stand, and nothing comes through."""
        self._tell(lambda: [setattr(link, "stranded", True) for link in self._links.values()])

    def delay(self, seconds: float) -> None:
        """Hold every piece for so long, in each direction."""
        self._change(delay=seconds)

    def cut_after(self, count: int, direction: str, *, rst: bool = False) -> None:
        """Each connection, open or new, ends when it has carried exactly `count` bytes from now on in this direction."""
        self._tell(lambda: [link.carried.update({direction: 0}) for link in self._links.values()])
        self._change(limits={direction: count}, rst=rst)

    def lose_answer_to(self, marker: bytes) -> None:
        """Once: the first piece to the target that holds `marker` arrives; its answer is kept back and the line is cut."""
        self._change(marker=marker, swallow=False)

    def lose(self, marker: bytes) -> None:
        """Once: the line is cut before the first piece that holds `marker` reaches the target."""
        self._change(marker=marker, swallow=True)

    @property
    def sprung(self) -> bool:
        """Whether what `lose` or `lose_answer_to` waited for has come by."""
        return not self._weather.marker

    def heal(self) -> None:
        """Fair weather: forward everything at once, and take new connections."""
        self._change(delay=0.0, limits={}, marker=b"")
        self.thaw()
        self.welcome()

    def _change(self, **how: object) -> None:
        self._tell(lambda: [setattr(self._weather, name, value) for name, value in how.items()])

    def _tell(self, act: Callable[[], T]) -> T:
        """Act in the proxy's own thread, between two of its steps."""

        async def acting() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self._loop).result(PATIENCE)

    def _listen(self) -> None:
        if not self._welcoming:
            self._listener.listen(128)
            self._loop.add_reader(self._listener, self._accept)
            self._welcoming = True

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):  # who knocked is gone again
            link = Link(self._listener.accept()[0], _unconnected(self._target))
            link.client.setblocking(False)
            self.accepted += 1
            task = self._loop.create_task(self._serve(link))
            self._links[task] = link
            task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._links.pop(task).close()

    def _stop_listening(self) -> None:
        """The port stays bound without anybody listening, so that no other process can take it meanwhile."""
        if self._welcoming:
            self._welcoming = False
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = _bound(self.port)

    async def _cut(self, *, rst: bool) -> int:
        tasks = list(self._links)
        for task in tasks:
            self._links[task].rst = rst
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(tasks)

    async def _serve(self, link: Link) -> None:
        await self._weather.fair.wait()  # a frozen server's kernel accepts, and that is all
        with contextlib.suppress(OSError, ExceptionGroup):  # one end is gone or the line was cut: so is the other
            await self._loop.sock_connect(link.target, self._target)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(link, TO_TARGET))
                both.create_task(self._pump(link, TO_CLIENT))

    async def _pump(self, link: Link, direction: str) -> None:
        source, sink = (link.client, link.target) if direction == TO_TARGET else (link.target, link.client)
        while piece := await self._loop.sock_recv(source, PIECE):
            await self._held(link)
            await self._forward(link, direction, sink, piece)
        sink.shutdown(socket.SHUT_WR)  # half-closed: the other direction may still have something to say

    async def _held(self, link: Link) -> None:
        """Until a piece may go on; for ever on a stranded connection."""
        await asyncio.sleep(self._weather.delay)
        await self._weather.fair.wait()
        if link.stranded:
            await self._loop.create_future()

    async def _forward(self, link: Link, direction: str, sink: socket.socket, piece: bytes) -> None:
        self._watch(link, direction, piece)
        left = self._weather.limits.get(direction)
        allowed = piece if left is None else piece[: max(0, left - link.carried[direction])]
        await self._loop.sock_sendall(sink, allowed)
        link.carried[direction] += len(allowed)
        if left is not None and link.carried[direction] >= left:
            link.rst = self._weather.rst
            raise Cut

    def _watch(self, link: Link, direction: str, piece: bytes) -> None:
        """Lie in wait for the marked piece, or for the answer to it."""
        weather = self._weather
        if direction == TO_CLIENT:
            if link.marked:
                raise Cut
        elif weather.marker and weather.marker in piece:
            weather.marker, link.marked = b"", True
            if weather.swallow:
                raise Cut


def _bound(port: int) -> socket.socket:
    """A socket that holds a port and does not listen yet: whoever connects is refused."""
    bound = socket.socket()
    bound.setblocking(False)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((Proxy.host, port))
    return bound


def _unconnected(target: Target) -> socket.socket:
    made = socket.socket(socket.AF_UNIX if isinstance(target, str) else socket.AF_INET)
    made.setblocking(False)
    return made
