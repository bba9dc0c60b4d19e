"""Every form of the sample company before the people who meet it, in Chromium: found and opened by a person's means, every field
asked in their language, everything in reach at 360 px and without scripts; refused with a word beside the field and nothing lost;
taken when it is filled in. What there is to fill in stands in `tests/parts/form_lines.py`: a form without a line there fails."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, product
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError
from werkzeug.serving import WSGIRequestHandler, make_server

from collab.web import limits
from tests.browser.conftest import LOCALES, PATIENCE, SIZES, _complains
from tests.browser.open_forms import OpenForm, forms_on
from tests.browser.test_looks import faults
from tests.parts.applications import application, forget, settings_for
from tests.parts.clients import Pages
from tests.parts.databases import SAMPLE, Stock
from tests.parts.every_page import SampleCompany, look, paths_of, speak
from tests.parts.form_keys import key_of_form
from tests.parts.form_lines import LINES, SAMPLES, Line
from tests.parts.forms import forms_of
from tests.parts.rare_states import RARE
from tests.parts.sample import A_WEDNESDAY

pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <_io.FileIO name='[^']*/static/:pytest.PytestUnraisableExceptionWarning"
)
"""A browser that goes on to the next page leaves a file half sent: the server of this process drops it when it is collected."""
CLOSELY = 2
"""Pages of which the short form sends what can be sent, in each shape."""
Shape = tuple[str, int, bool]
Visit = tuple[str | None, str, list[Line]]
SHAPES: list[Shape] = list(product(("en", "ja"), (1280, 360), (True, False)))
"""Language, width, whether scripts run."""
TOLD = ("mika", "cmo", "cio", "it-lead", "admin", "ceo", "auditor", "agency", "kenji", "service-lead", "cfo", None)
"""Who meets forms: a requester, those who decide, a lead, both administrators, the auditor, a guest, who answers tasks, a stranger."""
NOT_TAKEN = (400, 409, 413, 422)

OPEN_ALL = "for (const fold of document.querySelectorAll('main details:not(.menu)')) { fold.removeAttribute('name'); fold.open = true }"
FOCUS = (
    """() => { const one = document.activeElement; return [one.closest("[role=alert]") !== null, one.name ?? ""]; }"""
)
LOST = """() => [...document.querySelectorAll("main [role=alert] a[href^='#']")].filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.hash)"""
ASKS_AGAIN = "main [data-hx-trigger^=every]"
DRAFTS = re.compile(r"/drafts(/discard)?$")
BAD = """() => [...document.querySelectorAll("main .notice.bad[tabindex], main .error")].map((one) => one.textContent.trim()).join(" ")
    || [...document.querySelectorAll("main [aria-invalid=true]")].map((one) => one.name).join(" ")"""
"""What a page complains of."""


class _Quiet(WSGIRequestHandler):
    """Keeps nothing of what is typed (nobody comes back here), so that the browser need not be asked about each request: one that
    is keeps no file."""

    def run_wsgi(self) -> None:
        """Answer."""
        if not DRAFTS.search(self.path.partition("?")[0]):
            return super().run_wsgi()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(204)
        return self.end_headers()

    def log(self, *_told: object) -> None:
        """Nothing: what went wrong is what the browser shows."""


@dataclass
class Desk:
    """The sample company on a fixed day, served to browsers, put back as it was as often as one likes."""

    company: SampleCompany
    base: str
    browser: Browser
    live: Path
    kept: dict[str, Path] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    _open: dict[bool, Page] = field(default_factory=dict)

    def keep(self) -> None:
        """Everybody signs in; and how it stands now is kept, once in either language."""
        for name in filter(None, TOLD):
            pages = Pages(self.company, name)
            pages.get("/me")
            cookie = pages.client.get_cookie("collab")
            assert cookie
            self.cookies[name] = cookie.value
        for language in LOCALES:
            speak(self.company, language)
            self.kept[language] = self.live.with_suffix(f".{language}")
            _copy(self.live, self.kept[language])

    def as_before(self, language: str) -> None:
        """Whatever was done is undone, and everybody reads this language."""
        _copy(self.kept[language], self.live)
        forget()
        limits.forget(self.company.app)

    def page(self, who: str | None, language: str, width: int, *, scripts: bool) -> Page:
        """Their browser: one for everybody, which keeps what every page loads."""
        page = self._open.get(scripts) or self._enter(scripts)
        inside = [{"name": "collab", "value": self.cookies[who], "url": self.base}] if who else []
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "lang", "value": language, "url": self.base}, *inside])
        page.set_viewport_size({"width": width, "height": SIZES[width]})
        return page

    def before_us(self, scripts: bool) -> Page:
        """What was looked at last."""
        return self._open[scripts]

    def _enter(self, scripts: bool) -> Page:
        context = self.browser.new_context(base_url=self.base, java_script_enabled=scripts, reduced_motion="reduce")
        page = self._open[scripts] = context.new_page()
        page.set_default_timeout(PATIENCE * 3)
        page.on(
            "console", lambda said: self.complaints.append(f"{page.url}: {said.text}") if _complains(said) else None
        )
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def leave(self) -> None:
        """Close every browser."""
        for page in self._open.values():
            page.context.close()


def _copy(one: Path, other: Path) -> None:
    with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other, timeout=30)) as target:
        source.backup(target)


@pytest.fixture(scope="module")
def desk(stock, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    """The company and its server in this process: time stands still at ten past ten of the day it was loaded."""
    shelf: Stock = stock("sqlite")
    own, folder = shelf.fresh(SAMPLE), tmp_path_factory.mktemp("forms")
    now = A_WEDNESDAY + timedelta(minutes=10)
    settings = settings_for(own.url, folder / "var", {"COLLAB_DEMO": "1"})
    with application(settings) as app, time_machine.travel(now, tick=False):
        company = SampleCompany(app)
        company.now = now
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = Desk(company, f"http://127.0.0.1:{server.port}", browser, Path(own.url.removeprefix("sqlite:///")))
        made.keep()
        yield made
        made.leave()
        server.shutdown()
    shelf.throw_away(own)


def named(shape: Shape) -> str:
    """A shape as tests are named: "ja-360-plain"."""
    language, width, scripts = shape
    return f"{language}-{width}-{'scripts' if scripts else 'plain'}"


def visits(lines: Sequence[Line]) -> list[Visit]:
    """Who goes where for which forms."""
    every = sorted(lines, key=lambda line: (TOLD.index(line.who), line.at, line.after))
    return [(who, at, list(some)) for (who, at, _after), some in groupby(every, key=lambda line: (line.who, line.at, line.after))]  # fmt: skip


def look_at(desk: Desk, who: str | None, at: str, lines: Sequence[Line], shape: Shape, *, axe: bool) -> Iterator[str]:
    """What is wrong with these forms of a page before anybody touches them."""
    language, width, scripts = shape
    page = desk.page(who, language, width, scripts=scripts)
    _go(desk, page, lines[0], language)
    there = dict(reversed(forms_on(page, desk.company.app)))
    for line in lines:
        if line.form not in there:
            yield f"{line.form} is not there: say in form_lines.py where it is met"
            continue
        form = OpenForm(page, there[line.form], language)
        form.reach()
        yield from (f"{line.form}: {one}" for one in form.faults())
    if scripts and axe:  # which cannot look where no script runs
        page.evaluate(OPEN_ALL)
        yield from faults(page, "")
    if lines[0].after:
        desk.as_before(language)


def send(desk: Desk, line: Line, shape: Shape, *, here: bool = False) -> Iterator[str]:
    """What is wrong with the answers: to the form with one field left empty, and to the whole one. `here`: its page is before us
    as it was opened."""
    language, width, scripts = shape
    page = desk.before_us(scripts) if here else desk.page(line.who, language, width, scripts=scripts)
    form = _on(desk, page, line, language) if here else _found(desk, page, line, language)
    if form is None:
        return
    if left := line.left_out(form.fields()):
        typed = form.fill(line.fills, but=left)
        if held := form.held_back():
            form.press()
            if page.evaluate(FOCUS)[1] != held:
                yield f"the browser holds it back and does not lead to {held}"
            form.answer_of_the_server()
        answer = form.send(line.press)
        form = _on(desk, page, line, language)
        if answer.status not in NOT_TAKEN or form is None:
            yield f"without {left}: {answer.status}" + ("" if form else ", and the form is gone")
            desk.as_before(language)
            form = _found(desk, page, line, language)
        else:
            yield from _said(page, form, left, typed)
            form.reach()
    if form is not None:
        form.fill(line.fills)
        yield from _taken(page, form, line)
    if page.query_selector(ASKS_AGAIN):  # about what will not have been done
        page.goto("about:blank")
    desk.as_before(language)


def _go(desk: Desk, page: Page, line: Line, language: str) -> None:
    """To the page of a form, and on to where it is there."""
    page.goto(line.at)
    if line.after:
        before = next(one for one in LINES if (one.form, one.at) == (line.after, line.at))
        form = _on(desk, page, before, language)
        assert form is not None, line.after
        form.reach()
        form.fill(before.fills)
        form.send(before.press)


def _found(desk: Desk, page: Page, line: Line, language: str) -> OpenForm | None:
    _go(desk, page, line, language)
    form = _on(desk, page, line, language)
    if form:
        form.reach()
    return form


def _on(desk: Desk, page: Page, line: Line, language: str) -> OpenForm | None:
    there = dict(reversed(forms_on(page, desk.company.app)))
    return OpenForm(page, there[line.form], language) if line.form in there else None


def _said(page: Page, form: OpenForm, left: str, typed: dict[str, str]) -> Iterator[str]:
    """What is wrong with how it says that something is missing."""
    if not _has_focus(page, left):
        yield f"without {left}: the focus is elsewhere"
    if form.is_folded():
        yield f"without {left}: the form is folded away again"
    yield from (f"without {left}: the summary leads nowhere: {one}" for one in page.evaluate(LOST))
    form.reach()
    yield from (f"without {left}: {one}" for one in form.faults())
    fields = form.fields()
    missing = next((one for one in fields if one["name"] == left), None)
    if missing is None or not missing["invalid"] or not missing["told"]:
        yield f"without {left}: nothing beside the field says so"
    kept = {one["name"]: one["value"] for one in reversed(fields)}
    yield from (f"without {left}: {name} was {value!r} and is {kept.get(name)!r}" for name, value in typed.items() if kept.get(name) != value)  # fmt: skip


def _has_focus(page: Page, left: str) -> bool:
    """Whether the summary of what is to be mended or the field itself has the focus, as soon as the page stands."""
    for _turn in range(20):
        in_summary, focused = page.evaluate(FOCUS)
        if in_summary or focused == left:
            return True
        page.wait_for_timeout(50)
    return False


def _taken(page: Page, form: OpenForm, line: Line) -> Iterator[str]:
    """What is wrong with the answer to a form that is filled in."""
    if held := form.held_back():
        yield f"the browser holds it back at {held}"
        return
    if line.gives_a_file:
        with page.expect_download() as came:
            form.press(line.press)
        came.value.cancel()
        return
    answer = form.send(line.press)
    complaint = page.evaluate(BAD)
    if answer.status >= 400 or complaint:
        yield f"filled in: {answer.status} {complaint}"


def found_wrong(desk: Desk, some: Sequence[Visit], shape: Shape, *, closely: int) -> list[str]:
    """Everything that is wrong with the forms of these visits. Those of the first visits, as many as are looked at closely, are
    asked about by axe and sent as well."""
    desk.as_before(shape[0])
    wrong: list[str] = []
    for number, (who, at, lines) in enumerate(some):
        near = number < closely
        wrong += [f"{who} {at}: {one}" for one in _tried(look_at(desk, who, at, lines, shape, axe=near))]
        alone = len(lines) == 1 and not lines[0].after and not shape[2]  # without scripts nothing else was opened
        for line in lines if near else ():
            wrong += [f"{who} {at} {line.form}: {one}" for one in _tried(send(desk, line, shape, here=alone))]
    return [f"{shape} {one}" for one in wrong]


def _tried(faults_: Iterator[str]) -> Iterator[str]:
    """What a browser cannot do is a fault of the form."""
    try:
        yield from faults_
    except BrowserError as stuck:
        yield f"not done: {str(stuck).strip()[:300]}"


@pytest.mark.soak  # until all eight shapes have been seen to pass: docs/adr/0010
@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_every_form_in_its_turn(desk: Desk, shape: Shape) -> None:
    """Each page's forms in one of the eight shapes; those of two pages with few forms are filled in and sent in it."""
    at = SHAPES.index(shape)
    mine = sorted(visits(LINES)[at :: len(SHAPES)], key=lambda visit: len(visit[2]))
    wrong = found_wrong(desk, mine, shape, closely=CLOSELY)
    assert not wrong + desk.complaints, "\n".join(wrong + desk.complaints)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_every_form_in_every_shape(desk: Desk, shape: Shape) -> None:
    """The long form: each looked at, refused and taken."""
    wrong = found_wrong(desk, visits(LINES), shape, closely=len(LINES))
    print(f"{len(LINES)} forms on {len(visits(LINES))} pages, {shape}: {len(wrong)} faults")
    assert not wrong + desk.complaints, "\n".join(wrong + desk.complaints)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_form_anybody_meets_is_known(desk: Desk) -> None:
    """The long form of the same question in `test_every_page.py`: everybody, everywhere."""
    desk.as_before("en")
    app, known = desk.company.app, {line.form for line in (*LINES, *RARE)}
    paths = [path for path in paths_of(desk.company, files=False) if path not in SAMPLES]
    met: dict[str, str] = {}
    for who in TOLD:
        for page in look(desk.company, who, "en", paths):
            for form in forms_of(page.text) if page.is_page else ():
                met.setdefault(key_of_form(app, form, page.path), f"{who} {page.path}")
    assert {key: where for key, where in met.items() if key not in known} == {}
