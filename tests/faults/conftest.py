"""Installations to be broken."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.faults.house import House, house
from tests.parts.postgres import Postgres


@pytest.fixture
def fresh_url(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str | None]]:
    """The address of a new, empty database by kind; None is the embedded default."""
    made: list[tuple[Postgres, str]] = []

    def of(kind: str) -> str | None:
        if kind == "embedded":
            return None
        server = request.getfixturevalue("postgres")
        name = f"fault_{uuid.uuid4().hex}"
        server.create(name)
        made.append((server, name))
        return str(server.url(name))

    yield of
    for server, name in made:
        server.drop(name)


@pytest.fixture(scope="session")
def embedded_house() -> Iterator[House]:
    """Two workers on the embedded default, without the history scope; with short waits (tests/faults/altered)."""
    with house(None, history=False, altered=("quick",)) as made:
        yield made


@pytest.fixture
def home(embedded_house: House) -> Iterator[House]:
    """That installation, and a Slack that is well again afterwards."""
    yield embedded_house
    embedded_house.slack.calm()
    embedded_house.slack.restore()
