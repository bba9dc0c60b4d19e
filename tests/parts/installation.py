"""A whole installation in processes of its own: web, worker, beat, broker; driven from outside, as a stranger would.

It imports nothing of the product: commands are typed, addresses are requested. Workers and beat have a supervisor that
starts them again when they die, so a test may kill any of their processes: see `tests.parts.crew`.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.parts import warm
from tests.parts.crew import Crew, end

ROOT = Path(__file__).parents[2]
SECRET = "a secret of at least thirty-two characters, for tests"
PATIENCE = 60.0
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """One company's installation."""

    environ: dict[str, str]
    port: int
    crew: Crew
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """Where its rows are."""
        embedded = f"sqlite:///{self.environ['COLLAB_VAR_DIR']}/collab.db"
        return self.environ.get("COLLAB_DATABASE_URL", embedded)

    def type(self, *words: str) -> str:
        """Type a command of `flask --app wsgi`; what it printed."""
        return self.run("-m", "flask", "--app", "wsgi", *words)

    def run(self, *words: str) -> str:
        """Run Python as the installation's processes are run; what it printed."""
        done = warm.run(words, self.environ)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def token(self, name: str) -> str:
        """A bearer token for NAME@example.com."""
        if name not in self.tokens:
            self.tokens[name] = self.type("token", "create", f"{name}@example.com")
        return self.tokens[name]

    def api(self, name: str, method: str, path: str, body: Any = None) -> requests.Response:
        """One call of the API."""
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        return requests.request(method, f"{self.address}/api/v1{path}", json=body, headers=headers, timeout=20)

    def enter(self, name: str) -> Browser:
        """Enter the pages by picking a name."""
        browser = Browser(self.address)
        browser.press("/enter", {"email": f"{name}@example.com", "lang": "en"})
        return browser


class Browser:
    """Somebody's browser: pages, forms and the cookie between them."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = requests.Session()
        self.csrf = ""

    def open(self, path: str) -> requests.Response:
        """Look at a page."""
        page = self._session.get(self.address + path, timeout=20)
        found = _CSRF.search(page.text)
        self.csrf = found[1] if found else self.csrf
        return page

    def press(self, path: str, fields: Mapping[str, str]) -> requests.Response:
        """Press a button of a form on the page last seen."""
        if not self.csrf:
            self.open("/")
        return self._session.post(self.address + path, data={"csrf_token": self.csrf, **fields}, timeout=20)


def sample_company(installation: Installation) -> None:
    """What a newcomer looks at."""
    installation.type("init")
    installation.type("demo")


@contextmanager
def installed(
    database_url: str | None,
    more: Mapping[str, str] | None = None,
    *,
    jobs: bool = True,
    workers: int = 1,
    own_broker: bool = False,
    furnish: Callable[[Installation], object] = sample_company,
) -> Iterator[Installation]:
    """Install a company, start every process, wait until it serves; leave nothing behind.

    Without a database address it is the embedded default: SQLite beside the embedded broker, which is a process of its
    own (`own_broker`) or belongs to the first worker.
    """
    with tempfile.TemporaryDirectory(prefix="cj-", ignore_cleanup_errors=True) as var, ExitStack() as stack:
        installation = bare(var, database_url, more or {})
        crew = stack.enter_context(installation.crew)
        furnish(installation)
        stack.enter_context(_process(installation, "web", *_web(installation.port)))
        if own_broker:
            crew.start("broker", sys.executable, "-m", "workers.embedded")
        for number in range(1, workers + 1 if jobs else 1):
            crew.start(f"worker{number}", *_celery("workers.app", "worker", "--hostname", f"worker{number}@%h"))
        if jobs:
            crew.start("beat", *_celery("workers.base", "beat"))
        _until_ready(installation)
        yield installation


def bare(var: str, database_url: str | None, more: Mapping[str, str]) -> Installation:
    """One in which commands can be typed, and nothing runs yet."""
    port = free_port()
    environ = _environ(var, port, database_url, more)
    return Installation(environ, port, Crew(environ))


def _celery(app: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "-A", app, *words]


def _web(port: int) -> list[str]:
    options = [
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "8",
    ]
    return [sys.executable, "-m", "granian", *options, "--backpressure", "512", "--log-level", "error", "wsgi:app"]


def _environ(var: str, port: int, database_url: str | None, more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COLLAB_", "SLACK_", "OIDC_"))}
    own = {
        "COLLAB_VAR_DIR": var, "COLLAB_SECRET_KEY": SECRET, "COLLAB_BASE_URL": f"http://127.0.0.1:{port}", "COLLAB_DEMO": "1",
        "COLLAB_SWEEP_SECONDS": "1", "PORT": str(port), "PYTHONPATH": str(ROOT), "FLASK_SKIP_DOTENV": "1", "PYTHONWARNINGS": "ignore",
        "COLLAB_API_PER_MINUTE": "100000",  # a crowd of clerks works here with one token
    }  # fmt: skip
    return {**kept, **own, **({"COLLAB_DATABASE_URL": database_url} if database_url else {}), **more}


@contextmanager
def _process(installation: Installation, name: str, *command: str) -> Iterator[None]:
    """A process in a group of its own; its last words are shown when something fails."""
    log = Path(installation.environ["COLLAB_VAR_DIR"]) / f"{name}.out"
    with log.open("wb") as out:
        process = warm.start(command, installation.environ, out)
    try:
        yield
    except BaseException:
        print(f"--- {name}\n{log.read_text(errors='replace')[-4000:]}")
        raise
    finally:
        end(process)


def _until_ready(installation: Installation) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if requests.get(f"{installation.address}/readyz", timeout=2).status_code == requests.codes.ok:
                return
        except requests.RequestException:
            pass
        assert time.monotonic() < deadline, "the installation never became ready"
        time.sleep(0.1)
