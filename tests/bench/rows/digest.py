"""Putting everybody's digest together: the product in batches (what happened, the inbox, Slack's JSON), beside one statement."""

from __future__ import annotations

import gc
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Self

import psutil

from collab.digests.messages import slack
from collab.digests.messages.issue import Frame, shown
from collab.digests.queries.gathering import gather
from collab.digests.rules.content import Span
from collab.digests.rules.needs import top_of
from collab.digests.service.composing import BATCH
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.subjects import queries as subjects
from tests.bench.digests import BEFORE, NOW, SINCE, UNTIL, WEEK, plant
from tests.bench.figures import Contest, Round, rounded
from tests.bench.floors import digest as floor
from tests.bench.lab import Lab, driver_url
from tests.bench.product import Installation, installation

PEOPLE = "10000"
"""How many; `COLLAB_BENCH_PEOPLE=1000` says otherwise."""
SPAN = Span(WEEK, SINCE, UNTIL)
MIB = 2**20


def measure(lab: Lab) -> dict[str, Any]:
    """Floor and product in turn on the same rows; how long each part takes, how much memory grows, how many jobs it is."""
    people_ = lab.sized(int(os.environ.get("COLLAB_BENCH_PEOPLE", PEOPLE)), least=100)
    grown: dict[str, list[float]] = {"floor": [], "product": []}
    parts: Counter[str] = Counter()
    with installation(lab, "digest") as ours:
        plant(ours, people_)
        ids = _ids(ours)
        gc.freeze()  # as workers do
        contest = Contest(
            {
                "floor": partial(_floor, ours, people_, grown["floor"]),
                "product": partial(_product, ours, ids, grown["product"], parts),
            },
            lab.rounds,
        )  # fmt: skip
    contest.print(f"issues of {people_} people")
    seconds, times = contest.ratio("p50_ms"), lab.rounds + 1
    jobs = -(-len(ids) // BATCH)
    ms = {name: round(spent * 1e3 / times) for name, spent in parts.items()}
    growth = {name: max(values) for name, values in grown.items()}
    print(f"  {ratio_said(seconds)}; {jobs} jobs; ms: {ms}; MiB: {growth}")
    return {
        "people": people_, "ms": rounded(contest.median("product", "p50_ms")), "floor_ms": rounded(contest.median("floor", "p50_ms")),
        "ratio": rounded(seconds.middle), "spread": [rounded(seconds.least), rounded(seconds.most)], "parts_ms": ms, "jobs": jobs,
        "mib": rounded(growth["product"]), "floor_mib": rounded(growth["floor"]),
    }  # fmt: skip


def ratio_said(ratio: Any) -> str:
    """For a person."""
    return f"the product takes {ratio} of the floor's time"


def _ids(ours: Installation) -> list[int]:
    with ours.app.app_context():
        return sorted(actor.id for actor in people.list_actors(NOW) if actor.active)


def _floor(ours: Installation, count: int, grown: list[float], _number: int) -> Round:
    values = {
        "now": NOW,
        "week": WEEK,
        "before": BEFORE,
        "since": SINCE,
        "until": NOW + timedelta(days=7),
    }
    with _watched(grown, count) as watch:
        messages, _size = floor.compose(driver_url(ours.url), values)
        watch.look()
    if messages < count * 0.9:
        raise SystemExit(f"the floor made {messages} messages of {count}")
    return watch.round


def _product(ours: Installation, ids: list[int], grown: list[float], parts: Counter[str], _number: int) -> Round:
    messages = 0
    with ours.app.app_context(), _watched(grown, len(ids)) as watch:
        for start in range(0, len(ids), BATCH):
            messages += sum(1 for _text in _messages(ids[start : start + BATCH], parts))
            watch.look()
    if messages < len(ids) * 0.9:
        raise SystemExit(f"{messages} messages of {len(ids)}")
    return watch.round


def _messages(ids: list[int], parts: Counter[str]) -> Iterator[str]:
    """One job: its members' messages as JSON."""
    marks = [time.perf_counter()]
    actors = people.list_actors(NOW, ids=ids)
    contents = gather(actors, SPAN, NOW)
    marks.append(time.perf_counter())
    inboxes = subjects.inboxes(actors, NOW)
    db.session.rollback()
    marks.append(time.perf_counter())
    yield from (
        _json(actor, contents[actor.id], inboxes.get(actor.id, []))
        for actor in actors
        if not contents[actor.id].is_empty
    )
    marks.append(time.perf_counter())
    for name, before, after in zip(("gather", "inbox", "words"), marks, marks[1:], strict=False):
        parts[name] += after - before  # type: ignore[assignment]


def _json(actor: Actor, content: Any, rows: Any) -> str:
    how = Reader(actor.locale, actor.zone)
    frame = Frame(WEEK, how, NOW, lambda path: f"https://collab.example.com{path}", f"/digests/{WEEK}")
    rendered = slack.message(shown(content, top_of(rows), frame), how)
    return json.dumps({"text": rendered.text, "blocks": rendered.blocks}, ensure_ascii=False)


class _watched:  # noqa: N801 - read as a word: with _watched(...)
    """How long something takes, on how much of this process's CPU, and how much its memory grows meanwhile."""

    def __init__(self, grown: list[float], count: int) -> None:
        self.grown, self.count, self.process, self.most = grown, count, psutil.Process(), 0.0

    def __enter__(self) -> Self:
        self.before = self.process.memory_info().rss
        self.cpu, self.began = time.process_time(), time.perf_counter()
        return self

    def look(self) -> None:
        """How much there is now."""
        self.most = max(self.most, (self.process.memory_info().rss - self.before) / MIB)

    def __exit__(self, *_about: object) -> None:
        seconds, cpu = time.perf_counter() - self.began, time.process_time() - self.cpu
        self.grown.append(round(self.most, 1))
        self.round = Round(self.count / seconds, seconds * 1e3, seconds * 1e3, cpu / self.count * 1e3)
