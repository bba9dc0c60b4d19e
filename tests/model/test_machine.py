"""All verbs by anybody over any route, in the product and in the model beside it: never a difference, never stuck."""

from __future__ import annotations

import ast
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from collab.audit import queries as audit
from tests.conftest import COMPANY
from tests.factories import Company
from tests.model.crowd import Crowd
from tests.model.engine import DONE
from tests.model.plain import INVALID, NOT_ALLOWED, NOT_NOW
from tests.model.play import Play
from tests.parts.applications import application, settings_for
from tests.parts.databases import Stock

House = Callable[[], AbstractContextManager[Company]]
RANDOM = st.integers(0, 2**64 - 1).map(Random)
SEED = int(os.environ.get("COLLAB_MODEL_SEED", "20261122"))
MODEL = ("plain", "standing", "ground", "deputies", "away", "filing", "deciding", "revoking", "promising", "reading")
STORIES = int(os.environ.get("COLLAB_MODEL_STORIES", "110"))
both = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"])


@pytest.fixture
def houses(kind: str, stock: Callable[[str], Stock], tmp_path: Path) -> House:
    """A company of its own for every story."""

    @contextmanager
    def house() -> Iterator[Company]:
        shelf = stock(kind)
        database = shelf.fresh(COMPANY)
        with application(settings_for(database.url, tmp_path / "var")) as app:
            company = Company(app)
            with company.indoors():
                yield company
        shelf.throw_away(database)

    return house


class Story(RuleBasedStateMachine):
    """One company for a while."""

    house: House
    steps = 0
    did: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.open = type(self).house()
        self.play = Play(self.open.__enter__())

    @initialize(random=RANDOM)
    def requests_are_filed(self, random: Random) -> None:
        self.play.begin(random)

    @rule(random=RANDOM)
    def somebody_does_something(self, random: Random) -> None:
        Story.steps += 1
        self.play.step(random, leaving=True)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.play.finish(Random(SEED + Story.steps))
        finally:
            Story.did.update(self.play.counts)
            self.open.__exit__(None, None, None)


def table(did: Counter[str]) -> str:
    """How often each verb was accepted, and refused in which way; one that was never accepted is seen."""
    verbs = sorted({name.split(" ", 1)[0] for name in did})
    ends = (DONE, NOT_ALLOWED, NOT_NOW, INVALID)
    rows = [f"{verb:20}" + "".join(f"{did[f'{verb} {end}']:>13}" for end in ends) for verb in verbs]
    return "\n".join([f"{'':20}" + "".join(f"{end:>13}" for end in ends), *rows])


def play_stories(house: House, *, stories: int, length: int) -> None:
    """Play so many stories of so many steps; a failure says everything that was done."""
    Story.house, Story.steps, Story.did = staticmethod(house), 0, Counter()  # type: ignore[assignment]
    chosen = settings(
        max_examples=stories, stateful_step_count=length, deadline=None, database=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    print(f"COLLAB_MODEL_SEED={SEED}")
    run_state_machine_as_test(seed(SEED)(Story), settings=chosen)
    print(f"{Story.steps} steps\n{table(Story.did)}")


def play_crowds(house: House, *, crowds: int, batches: int) -> int:
    """Eight people at once, batch after batch; returns how many acts there were."""
    print(f"COLLAB_MODEL_SEED={SEED}")
    steps, did = 0, Counter[str]()
    for number in range(crowds):
        random = Random(SEED + number)
        with house() as company:
            crowd = Crowd(company)
            crowd.begin(random)
            for _ in range(batches):
                crowd.batch(random)
            crowd.finish(random)
            assert audit.verify() == []
        steps += crowd.steps
        did.update(crowd.counts)
    print(f"{steps} steps\n{table(did)}")
    return steps


@both
def test_the_product_does_what_the_plain_model_does(houses: House) -> None:
    play_stories(houses, stories=2, length=20)
    assert Story.steps >= 20


@on_postgresql
def test_eight_at_once_come_to_what_the_trail_tells(houses: House) -> None:
    assert play_crowds(houses, crowds=1, batches=2)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@both
def test_the_product_does_what_the_plain_model_does_for_thousands_of_steps(houses: House) -> None:
    play_stories(houses, stories=STORIES, length=50)
    assert Story.steps >= min(5000, 40 * STORIES)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@on_postgresql
def test_eight_at_once_come_to_what_the_trail_tells_for_thousands_of_steps(houses: House) -> None:
    assert play_crowds(houses, crowds=21, batches=10) >= 5000


@pytest.mark.parametrize("name", MODEL)
def test_the_model_shares_nothing_with_the_product(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert set(imported) <= {
        "__future__",
        "collections.abc",
        "copy",
        "typing",
        *(f"tests.model.{module}" for module in MODEL),
    }
