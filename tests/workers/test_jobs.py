"""Every job exists, stands on its queue, is started by somebody, and survives an upgrade around it."""

import ast
import inspect
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import Task

from collab.kernel import clock
from config.settings import ROOT, Settings
from tests.factories import NOW
from workers import bell, context, schedule
from workers.app import celery
from workers.base import HARD_LIMIT, IMPORT_LIMITS, SOFT_LIMIT
from workers.jobs import delivery, imports, sweeps
from workers.queues import Queue

LONGEST_HTTP_CALL = 10


def jobs() -> dict[str, Task]:
    celery.finalize()
    return {name: job for name, job in celery.tasks.items() if not name.startswith("celery.")}


def rung() -> set[str]:
    return {job for job, _argument in bell.DUTIES.values()}


def scheduled(settings: Settings) -> set[str]:
    return {entry["task"] for entry in schedule.beat_schedule(settings).values()}


def queue_of(job: str) -> str:
    return str(celery.amqp.router.route({}, job)["queue"].name)


def test_every_scheduled_or_rung_job_exists(settings: Settings) -> None:
    assert scheduled(settings) | rung() <= set(jobs())


def test_every_job_is_scheduled_or_rung(settings: Settings) -> None:
    assert set(jobs()) == scheduled(settings) | rung()


def test_every_job_has_a_route_of_its_own() -> None:
    """The default queue would take it, too; but then nobody decided."""
    assert {job: queue_of(job) for job in jobs()} == {
        "outbox.drain": Queue.DELIVERY,
        "slack.show": Queue.INTERACTIVE,
        "slack.sweep": Queue.SWEEPS,
        "imports.run": Queue.IMPORTS,
        "outbox.sweep": Queue.SWEEPS,
        "outbox.watch": Queue.SWEEPS,
        "outbox.tidy": Queue.SWEEPS,
        "imports.sweep": Queue.SWEEPS,
        "people.sweep": Queue.SWEEPS,
        "controls.sweep": Queue.SWEEPS,
        "initiatives.sweep": Queue.SWEEPS,
        "blueprints.sweep": Queue.SWEEPS,
        "escalations.sweep": Queue.SWEEPS,
        "escalations.audit": Queue.SWEEPS,
        "channels.sweep": Queue.SWEEPS,
        "nudges.sweep": Queue.SWEEPS,
        "digests.sweep": Queue.DIGESTS,
        "goals.sweep": Queue.SWEEPS,
        "pulses.sweep": Queue.SWEEPS,
        "threads.sweep": Queue.SWEEPS,
        "reviews.sweep": Queue.SWEEPS,
        "approvals.sweep": Queue.SWEEPS,
        "subjects.index": Queue.SWEEPS,
        "audit.anchor": Queue.SWEEPS,
        "audit.check": Queue.SWEEPS,
        "access.letters": Queue.DELIVERY,
        "access.post": Queue.DELIVERY,
        "access.guests": Queue.SWEEPS,
        "access.sweep": Queue.SWEEPS,
        "web.sweep": Queue.SWEEPS,
    }


def test_a_worker_as_typed_listens_to_every_queue() -> None:
    assert set(celery.amqp.queues.consume_from) == {queue.value for queue in Queue}


def test_the_procfile_leaves_no_queue_unread() -> None:
    lines = re.findall(r"--queues (\S+)", (ROOT / "Procfile").read_text())
    assert sorted(",".join(lines).split(",")) == sorted(queue.value for queue in Queue)


def test_a_misspelt_queue_is_refused() -> None:
    assert celery.conf.task_create_missing_queues is False


@pytest.mark.parametrize("name", sorted(jobs()))
def test_jobs_take_keywords_only_and_tolerate_newer_ones(name: str) -> None:
    parameters = inspect.signature(jobs()[name].run).parameters.values()
    assert {parameter.kind for parameter in parameters} <= {
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.VAR_KEYWORD,
    }
    assert any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)


@pytest.mark.parametrize("name", sorted(jobs()))
def test_jobs_are_thin(name: str) -> None:
    job = jobs()[name].run
    assert len(inspect.getsource(job).splitlines()) < 12
    assert isinstance(jobs()[name], context.JobInContext)


def test_every_line_of_the_schedule_has_its_why(settings: Settings) -> None:
    for entry in schedule.entries(settings):
        assert len(entry.why) > 20
        assert 1 <= entry.seconds <= 3600, "a longer interval may never come to its end between two starts"


def test_the_sweep_interval_is_the_settings(settings: Settings) -> None:
    assert schedule.beat_schedule(settings)["outbox.sweep"]["schedule"] == timedelta(seconds=settings.sweep_seconds)


def test_nothing_asks_for_a_later_moment_or_an_expiry() -> None:
    """A countdown above the visibility timeout runs twice; an expiry between clocks that disagree drops every job."""
    for file in (ROOT / "workers").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                assert not {"countdown", "eta", "expires"} & {keyword.arg for keyword in node.keywords}, file


def test_limits_stand_in_the_right_order() -> None:
    conf = celery.conf
    assert LONGEST_HTTP_CALL < SOFT_LIMIT < HARD_LIMIT
    assert IMPORT_LIMITS["soft_time_limit"] < IMPORT_LIMITS["time_limit"]
    assert max(HARD_LIMIT, IMPORT_LIMITS["time_limit"]) < conf.broker_transport_options["visibility_timeout"]
    assert jobs()["imports.run"].time_limit == IMPORT_LIMITS["time_limit"]
    assert jobs()["outbox.drain"].time_limit == HARD_LIMIT
    assert (conf.task_soft_time_limit, conf.task_time_limit) == (SOFT_LIMIT, HARD_LIMIT)


def test_what_reliability_rests_on() -> None:
    conf = celery.conf
    assert conf.task_ignore_result
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_soft_shutdown_timeout > 0
    assert conf.broker_connection_retry_on_startup
    assert conf.broker_connection_max_retries is None
    assert conf.beat_max_loop_interval == 5
    assert conf.timezone == "UTC"
    assert conf.enable_utc
    assert conf.accept_content == ["json"]


def test_what_beat_starts_is_not_handed_out_again_when_it_kills_its_process(settings: Settings) -> None:
    """Nothing counts its attempts; the next tick is its retry. Jobs on leased rows do come back."""
    comes_back = {name for name, job in jobs().items() if job.reject_on_worker_lost}
    assert comes_back == rung()
    assert comes_back & scheduled(settings) == set()


def test_beat_counts_by_the_clock_that_nobody_sets(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    steady = 1000.0
    monkeypatch.setattr(schedule.time, "monotonic", lambda: steady)
    interval = schedule.beat_schedule(settings)["outbox.sweep"]["schedule"]
    begun = interval.now()
    with time_machine.travel("1999-01-01"):
        assert not interval.is_due(begun).is_due
        steady += settings.sweep_seconds
        assert interval.is_due(begun).is_due


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs read a clock; which one the machines share is the kernel's matter. Nothing is due later."""
    monkeypatch.setattr(clock, "shared", lambda: NOW)
    monkeypatch.setattr(delivery.service, "seconds_to_next", lambda **_given: None)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What was rung for later."""
    rings: list[tuple[str, float]] = []
    monkeypatch.setattr(delivery, "ring", lambda duty, after: rings.append((duty, after)))
    return rings


@pytest.mark.usefixtures("one_moment")
@pytest.mark.parametrize(("handled", "calls"), [([0], 1), ([50, 3, 0], 3)])
@pytest.mark.parametrize(("soon", "rung"), [(None, []), (0.0, [0.0]), (12.5, [12.5])])
def test_draining_goes_on_while_there_is_work(
    monkeypatch: pytest.MonkeyPatch,
    later: list[tuple[str, float]],
    handled: list[int],
    calls: int,
    soon: float | None,
    rung: list[float],
) -> None:
    """Each batch takes a second here. What is due a little later is rung for then."""
    left, passed = list(handled), iter(range(1000))
    monkeypatch.setattr(delivery.time, "monotonic", lambda: float(next(passed)))
    monkeypatch.setattr(delivery.service, "drain", lambda **_given: left.pop(0))
    monkeypatch.setattr(delivery.service, "seconds_to_next", lambda **_given: soon)
    delivery.drain.run(newer="unknown")
    assert len(handled) - len(left) == calls
    assert later == [("outbox", after) for after in rung]


@pytest.mark.usefixtures("one_moment")
def test_a_flood_leaves_the_worker_to_others_after_five_seconds_and_goes_on_behind_them(
    monkeypatch: pytest.MonkeyPatch, later: list[tuple[str, float]]
) -> None:
    batches, passed = iter(range(1000)), iter(range(1000))
    monkeypatch.setattr(delivery.time, "monotonic", lambda: float(next(passed)))
    monkeypatch.setattr(delivery.service, "drain", lambda **_given: next(batches) + 1)
    delivery.drain.run()
    assert next(batches) == 6
    assert later == [("outbox", 0.0)]


@pytest.mark.usefixtures("one_moment")
@pytest.mark.parametrize(
    ("job", "module", "verb"),
    [
        (sweeps.sweep_outbox, sweeps.outbox, "sweep"),
        (sweeps.watch_outbox, sweeps.outbox, "watch"),
        (sweeps.tidy_outbox, sweeps.outbox, "tidy"),
        (sweeps.sweep_imports, sweeps.imports, "sweep"),
        (sweeps.sweep_people, sweeps.people, "sweep"),
        (sweeps.index_subjects, sweeps.subjects, "index"),
        (sweeps.anchor_audit, sweeps.audit, "anchor"),
        (imports.run, imports.service, "run"),
    ],
)
def test_a_job_is_one_call(monkeypatch: pytest.MonkeyPatch, job: Task, module: Any, verb: str) -> None:
    calls: list[dict[str, Any]] = []
    inspected = inspect.signature(getattr(module, verb))
    monkeypatch.setattr(module, verb, lambda **given: calls.append(given))
    job.run(**({"import_id": "7"} if job is imports.run else {}), newer="unknown")
    assert len(calls) == 1
    inspected.bind(**calls[0])  # the service takes what the job gives
