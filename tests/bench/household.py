"""`make run` as a stranger starts it: the embedded default with the sample company, and somebody signed in to it."""

from __future__ import annotations

import json
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

import psutil

from tests.bench.lab import Lab, free_port
from tests.bench.served import started

PATIENCE = 600.0
CMO = re.compile(r'name="email" value="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
WAITING = re.compile(r'href="(/purchases/PR-\d+)')


@dataclass(frozen=True)
class Household:
    """The running installation."""

    base: str
    process: psutil.Process

    def tree(self) -> list[psutil.Process]:
        """Every process of it, the broker included."""
        return [self.process, *self.process.children(recursive=True)]


class Person:
    """A browser without a screen."""

    def __init__(self, base: str) -> None:
        self.base, self.jar = base, CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        """A page's text."""
        with self._opener.open(self.base + path, timeout=30) as answer:
            text: str = answer.read().decode()
        return text

    def send(self, path: str, **fields: str) -> str:
        """Post a form with the token of the first page."""
        token = TOKEN.search(self.get("/"))
        assert token, "the first page holds no form"
        body = urlencode({"csrf_token": token[1], **fields}).encode()
        request = urllib.request.Request(self.base + path, body, {"Referer": self.base + "/"})
        with self._opener.open(request, timeout=30) as answer:
            text: str = answer.read().decode()
        return text

    def enter(self) -> str:
        """Come in as the first page proposes (the CMO); the inbox."""
        offered = CMO.search(self.get("/"))
        assert offered, "the first page proposes nobody"
        self.send("/enter", email=offered[1])
        return self.get("/")

    def cookie(self) -> str:
        """What the browser sends along."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


@contextmanager
def household(lab: Lab) -> Iterator[Household]:
    """Start it, wait until it is ready, stop it."""
    port = free_port()
    var = lab.folder / f"household-{port}"
    environ = lab.environ(PORT=str(port), COLLAB_VAR_DIR=str(var), COLLAB_DEMO="1")
    environ.pop("COLLAB_SECRET_KEY")
    log = lab.folder / f"household-{port}.log"
    with started([sys.executable, "-m", "config.server"], environ, log) as process:
        base = f"http://127.0.0.1:{port}"
        _until_ready(base, process, log.read_text)
        yield Household(base, process)


def _until_ready(base: str, process: psutil.Process, said: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _ready(base):
        if time.monotonic() > deadline or process.status() == psutil.STATUS_ZOMBIE:
            raise SystemExit(f"the installation did not become ready:\n{said(errors='replace')[-2000:]}")
        time.sleep(0.5)


def _ready(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=5) as answer:
            json.load(answer)
    except (OSError, ValueError):
        return False
    return True


def waiting_page(inbox: str) -> str:
    """The page of a request that waits, from the inbox's text."""
    found = WAITING.search(inbox)
    assert found, "nothing waits for the CMO"
    return found[1]
