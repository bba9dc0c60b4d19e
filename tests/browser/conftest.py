"""Chromium before a real server process, both on one database.

    def test_...(house, somebody):
        page = somebody("mika", width=360, language="ja", scripts=False)   # entered as Mika, at the inbox

Whatever a browser complains about (a script error, a breach of the content policy) fails the test that caused it.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from collab.kernel import clock
from tests.bench.served import served
from tests.factories import Company
from tests.factories.company import address
from tests.parts import warm
from tests.parts.applications import SECRET, application, settings_for
from tests.parts.crew import end
from tests.parts.forms import forms_of

SIZES = {1280: 900, 360: 740}
PATIENCE = 10_000
LOCALES = {"en": "en-GB", "ja": "ja-JP"}
QUIET = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--no-first-run", "--disable-domain-reliability",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one file share a house, so one process runs them all."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The Chromium that is installed, and nothing it does by itself on the network."""
    found = (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    assert found, "no Chromium here: install it, or name it in CHROMIUM"
    return {"executable_path": found, "args": list(QUIET)}


@pytest.fixture(scope="module")
def house(stock: Callable[..., object], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, str]]:
    """The company, and the address at which a process of its own serves it."""
    shelf = stock("sqlite")
    own, folder, port = shelf.fresh("company"), tmp_path_factory.mktemp("house"), _free_port()
    more = {
        "COLLAB_DEMO": "1",
        "COLLAB_API_PER_MINUTE": "1000000",
        "PORT": str(port),
        "COLLAB_BROKER_URL": f"redis://127.0.0.1:{_free_port()}/0",
    }
    settings = settings_for(own.url, folder / "var", more)
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "COLLAB_DATABASE_URL": own.url, "COLLAB_SECRET_KEY": SECRET,
        "COLLAB_VAR_DIR": str(folder / "var"), **more,
    }  # fmt: skip
    with application(settings) as app, served("wsgi:app", environ, folder / "log", warm_started) as running:
        company = Company(app)
        company.now = clock.now()
        yield company, f"http://127.0.0.1:{running.port}"
    shelf.throw_away(own)


@contextmanager
def warm_started(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[psutil.Process]:
    """A server that need not load what it runs."""
    with log.open("wb") as out:
        process = warm.start([sys.executable, "-m", *command], environ, out)
    try:
        yield psutil.Process(process.pid)
    finally:
        end(process)


@pytest.fixture
def company(house: tuple[Company, str]) -> Company:
    """The company behind the server."""
    return house[0]


@pytest.fixture(scope="module")
def pressed() -> set[tuple[str, bool]]:
    """In which languages, with scripts and without, the door of this file's house was drawn and its button pressed."""
    return set()


@pytest.fixture
def somebody(
    house: tuple[Company, str], browser: Browser, pressed: set[tuple[str, bool]]
) -> Iterator[Callable[..., Page]]:
    """Enter as somebody in a browser of their own; by the door itself only once in each language, for drawing it costs more than
    most tests."""
    complaints: list[str] = []
    contexts = []

    def enter(
        name: str | None, *, width: int = 1280, language: str = "en", scripts: bool = True, scheme: str = "light"
    ) -> Page:
        context = browser.new_context(
            base_url=house[1], viewport={"width": width, "height": SIZES[width]}, locale=LOCALES[language],
            java_script_enabled=scripts, color_scheme=scheme,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name is not None and (language, scripts) in pressed:
            _come_in(page, name, language)
        page.goto("/")
        if name is not None and (language, scripts) not in pressed:
            pressed.add((language, scripts))
            door = page.locator(f"form:has(input[value='{address(name)}']) button")
            if not door.is_visible():
                page.locator("details.more > summary").click()
            door.click()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def _come_in(page: Page, name: str, language: str) -> None:
    """Send what the door's button sends, from the same browser."""
    says = {"User-Agent": page.evaluate("navigator.userAgent"), "Accept-Language": LOCALES[language]}
    fields = [form.sent("") for form in forms_of(page.request.get("/", headers=says).text())]
    mine = next(one for one in fields if one.get("email") == address(name))
    assert page.request.post("/enter", form=mine, headers=says, max_redirects=0).status == 303


def _complains(said: ConsoleMessage) -> bool:
    """A refusal we answer with 4xx is no complaint, nor is a preview broken off by leaving the page."""
    fine = ("the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest")
    return said.type in ("error", "warning") and not any(words in said.text for words in fine)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Path | None:
    """Where to keep screenshots, when COLLAB_SHOTS names a folder."""
    named = os.environ.get("COLLAB_SHOTS")
    return Path(named) if named else None
