"""The forms that stand on no page of the sample company until something has happened there: met, refused and taken in Chromium as
those of `test_every_form.py` are. How each comes about stands in `tests/parts/rare_states.py`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.browser.conftest import LOCALES
from tests.browser.test_every_form import SHAPES, Desk, Shape, _copy, _Quiet, found_wrong, named, visits
from tests.parts.applications import application, forget, settings_for
from tests.parts.databases import SAMPLE, Stock
from tests.parts.every_page import SampleCompany
from tests.parts.form_lines import Line
from tests.parts.in_slack import settings_of
from tests.parts.rare_states import RARE, SETTINGS, WORLDS, arrange
from tests.parts.sample import A_WEDNESDAY
from tests.slack_double import SlackDouble

pytestmark = [
    pytest.mark.timeout(600),  # two companies are brought to where they are looked at first
    # a browser that goes on to the next page leaves a file half sent: the server of this process drops it when it is collected
    pytest.mark.filterwarnings(  # as in test_every_form
        "ignore:Exception ignored in. <_io.FileIO name='[^']*/static/:pytest.PytestUnraisableExceptionWarning"
    ),
]
CLOSELY = 1
"""Of how many pages of each world the short form sends what can be sent, in each shape."""


@dataclass
class World:
    """One company in which something has happened, kept in either language."""

    lines: list[Line]
    kept: dict[str, Path]
    cookies: dict[str, str]


@dataclass
class RareDesk:
    """A desk that goes from one world to another."""

    desk: Desk
    worlds: list[World]

    def enter(self, world: World) -> Desk:
        """The desk, in this world."""
        self.desk.kept, self.desk.cookies = world.kept, world.cookies
        return self.desk


@pytest.fixture(scope="module")
def rare(stock, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RareDesk]:
    """The companies and their server in this process: time stands still at ten past ten of the day the sample was loaded."""
    shelf: Stock = stock("sqlite")
    own, folder = shelf.fresh(SAMPLE), tmp_path_factory.mktemp("rare")
    live, now = Path(own.url.removeprefix("sqlite:///")), A_WEDNESDAY + timedelta(minutes=10)
    _copy(live, folder / "sample")
    with SlackDouble() as slack, time_machine.travel(now, tick=False):
        settings = settings_for(own.url, folder / "var", {**SETTINGS, **settings_of(slack)})
        with application(settings) as app:
            company = SampleCompany(app)
            company.now = now
            logging.getLogger("werkzeug").setLevel(logging.ERROR)
            server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            made = RareDesk(Desk(company, f"http://127.0.0.1:{server.port}", browser, live), [])
            for number, world in enumerate(WORLDS):
                _copy(folder / "sample", live)
                forget()
                lines = arrange(company, slack, world)
                made.desk.keep()
                made.worlds.append(World(lines, _put_away(made.desk, folder, number), dict(made.desk.cookies)))
            yield made
            made.desk.leave()
            server.shutdown()
    shelf.throw_away(own)


def _put_away(desk: Desk, folder: Path, number: int) -> dict[str, Path]:
    return {language: desk.kept[language].rename(folder / f"{number}.{language}") for language in LOCALES}


@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_forms_of_rare_states_in_their_turn(rare: RareDesk, shape: Shape) -> None:
    """Each page's forms in one of the eight shapes; those of one page with few forms are filled in and sent in it."""
    wrong = []
    for world in rare.worlds:
        mine = visits(world.lines)[SHAPES.index(shape) :: len(SHAPES)]
        wrong += found_wrong(rare.enter(world), sorted(mine, key=lambda visit: len(visit[2])), shape, closely=CLOSELY)
    assert not wrong + rare.desk.complaints, "\n".join(wrong + rare.desk.complaints)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_forms_of_rare_states_in_every_shape(rare: RareDesk, shape: Shape) -> None:
    """The long form: each looked at, refused and taken."""
    wrong = []
    for world in rare.worlds:
        wrong += found_wrong(rare.enter(world), visits(world.lines), shape, closely=len(RARE))
    print(f"{len(RARE)} forms of rare states, {shape}: {len(wrong)} faults")
    assert not wrong + rare.desk.complaints, "\n".join(wrong + rare.desk.complaints)
