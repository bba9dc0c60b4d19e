"""What every test may lean on.

    def test_...(company):                 # SQLite; services in an application context: `with company.indoors():`
    @on_both ... (company)                 # the same on SQLite and PostgreSQL
    def test_...(as_): as_("mika").post("/api/v1/purchases", {...})

Every test finds the company as if nobody had been there before: databases, and the applications on them, are lent from one
test to the next and made as new in between (about 5 ms), so nothing is cleaned up by hand.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from collab.escalations.registry import watches
from collab.slack import waiting
from tests.factories import NOW, Company, found
from tests.parts import sample
from tests.parts.applications import application, kept_application, migrate, settings_for
from tests.parts.clients import Api, Pages
from tests.parts.compiled import share
from tests.parts.databases import COMPANY, EMPTY, SAMPLE, Database, PostgresStock, SqliteStock, Stock
from tests.parts.postgres import Postgres

WAITING = ("faults", "clocks", "journeys-postgresql", "make run", "journeys-embedded")
"""Groups whose tests wait for half of their time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long forms as well (an hour)")


def pytest_configure(config: pytest.Config) -> None:
    # Tests make much and keep little; looking for garbage as often as Python does by itself costs a fifth of a run.
    gc.set_threshold(200_000, 50, 100)
    config.option.loadscopereorder = False  # we do it ourselves: `_in_good_order`
    config.addinivalue_line("markers", "soak: the long form of a test; runs with --soak only (make soak)")
    config.addinivalue_line(
        "markers", "xdist_group(name): one process runs them all; known where pytest-xdist is not, too"
    )
    config.addinivalue_line("markers", "long: takes half a minute and more, and is begun early")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if not config.getoption("--soak") and item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="the long form: make soak"))
        if _shares_its_house(item) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(config.rootpath).as_posix()))
    if hasattr(config, "workerinput"):
        items[:] = _in_good_order(items)


def _in_good_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """Groups first, then what is long or was given a time of its own: no process is to be left alone with it at the end. What
    waits most is begun one after the other among the rest, so that meanwhile the others have work for every core."""
    slow: dict[str, list[pytest.Item]] = {name: [] for name in WAITING}
    groups: dict[str, list[pytest.Item]] = {}
    long, plain = [], []
    for item in items:
        group = next((str(mark.args[0]) for mark in item.iter_markers("xdist_group")), None)
        if group is not None:
            slow.get(group, groups.setdefault(group, [])).append(item)
        else:
            (long if any(map(item.get_closest_marker, ("long", "timeout"))) else plain).append(item)
    dear = [item for _group, mine in sorted(groups.items(), key=lambda one: -len(one[1])) for item in mine] + long
    between = [dear[: len(dear) // 2], dear[len(dear) // 2 :], *(plain[turn::4] for turn in range(4))]
    found: list[pytest.Item] = []
    for turn, more in enumerate(between):
        found += (slow[WAITING[turn]] if turn < len(WAITING) else []) + more
    return found


def _shares_its_house(item: pytest.Item) -> bool:
    """Whether a test leans on what its file sets up once: each process that ran some of that file would set it up again."""
    known = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(fixture.scope == "module" for fixtures in known.values() for fixture in fixtures)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # tests and modules stay to the end: nothing to be looked for among them


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder all xdist workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if base.name.startswith("popen-") else base
    (folder / "shared").mkdir(exist_ok=True)
    return folder / "shared"


@pytest.fixture(scope="session")
def postgres(shared: Path) -> Iterator[Postgres]:
    """The run's PostgreSQL."""
    server = Postgres(shared)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def stock(shared: Path, request: pytest.FixtureRequest) -> Callable[[str], Stock]:
    """Databases by kind; PostgreSQL is started only when a test asks for it."""
    stocks: dict[str, Stock] = {}
    fills = {
        EMPTY: lambda url: _fill(url, shared),
        COMPANY: lambda url: _fill(url, shared, found),
        SAMPLE: lambda url: _fill(url, shared, sample.fill),
    }

    def of(kind: str) -> Stock:
        if kind not in stocks:
            stocks[kind] = (
                SqliteStock(shared, fills)
                if kind == "sqlite"
                else PostgresStock(shared, fills, request.getfixturevalue("postgres"))
            )
        return stocks[kind]

    return of


def _fill(url: str, shared: Path, *more: Callable[[Flask], None]) -> None:
    with application(settings_for(url, shared / "var")) as app:
        migrate(app)
        for fill in more:
            fill(app)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Which database: see `tests.parts.databases.on_both`."""
    marked = request.node.callspec.params.get("database") if hasattr(request.node, "callspec") else None
    return str(marked or "sqlite")


@pytest.fixture
def database(request: pytest.FixtureRequest, stock: Callable[[str], Stock]) -> Iterator[Database]:
    """A migrated database with the company in it; SQLite unless a test is marked `on_both`."""
    shelf = stock(getattr(request, "param", "sqlite"))
    own = shelf.lend()
    yield own
    shelf.take_back(own)


@pytest.fixture
def empty_database(kind: str, stock: Callable[[str], Stock]) -> Iterator[Database]:
    """A migrated database with nothing in it."""
    own = stock(kind).fresh(EMPTY)
    yield own
    stock(kind).throw_away(own)


@pytest.fixture
def environment() -> dict[str, str]:
    """More settings for `app`; a test (or a parametrization) that needs some overrides this fixture."""
    return {}


@pytest.fixture
def app(
    database: Database, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[Flask]:
    """The application on the test's own database. No context is open: clients open their own."""
    var = tmp_path_factory.getbasetemp() / f"var-{sha256(database.url.encode()).hexdigest()[:16]}"
    own = application(settings_for(database.url, tmp_path / "var", environment)) if environment else None
    with own or kept_application(database.url, var) as made:
        share(made)
        known = dict(watches)  # after composing: whoever is first would put back an empty registry
        yield made
        waiting.finish()  # what is answered late goes on in a thread of its own
    watches.clear()
    watches.update(known)


@pytest.fixture
def company(app: Flask) -> Company:
    """The small company of tests/factories."""
    return Company(app)


@pytest.fixture
def indoors(app: Flask) -> Iterator[None]:
    """The application's context for a whole test of services. Never together with a client: they would share `g`."""
    with app.app_context():
        yield


@pytest.fixture
def travel() -> Iterator[time_machine.Coordinates]:
    """The clock at NOW, running; `travel.shift(timedelta(...))`, `travel.move_to(moment)`."""
    with time_machine.travel(NOW) as coordinates:
        yield coordinates


@pytest.fixture
def as_(company: Company, travel: time_machine.Coordinates) -> Callable[[str], Api]:
    """A caller of the API, by name: `as_("mika").get("/api/v1/me/inbox")`; `as_(None)` has no token."""
    callers: dict[str | None, Api] = {}

    def caller(name: str | None) -> Api:
        if name not in callers:
            callers[name] = Api(company.app, company.token(name) if name else None)
        return callers[name]

    return caller


@pytest.fixture
def pages_as(company: Company, travel: time_machine.Coordinates) -> Callable[[str], Pages]:
    """Somebody signed in to the pages: `pages_as("mika").get("/")`; `.send("/where", {...}, page="/form")` posts a form."""
    return lambda name: Pages(company, name)
