"""A database that is frozen, cut off, slow or full, seen from one process: clean refusals, at once where that is possible."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from collab.kernel.atomic import atomic
from collab.kernel.database_away import ASK_AFTER, patience
from collab.kernel.db import db
from tests.factories import Company
from tests.faults.behind_proxy import KEY, app, assert_clean, at_once, engine_of, proxy, until, within
from tests.parts.proxy import TO_CLIENT

__all__ = ["app", "proxy"]

SILENT = 2.1
"""Seconds in which a process finds out that the database is away."""
SLACK = 1.0
"""Seconds a busy machine may take on top."""
AT_ONCE = 1.5

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def query(statement: str) -> object:
    with db.engine.connect() as connection:
        return connection.execute(text(statement)).scalar()


def test_who_waits_when_it_freezes_is_told_soon_and_who_comes_then_at_once(as_, proxy):
    mika = as_("mika")
    assert mika.get("/me/inbox").status_code == 200
    proxy.freeze()
    with within(SILENT + SLACK, at_least=1.0):
        for answer in at_once(*[lambda: mika.get("/me/inbox")] * 6):
            assert_clean(answer)
    with within(AT_ONCE):
        for _ in range(20):
            assert_clean(mika.get("/me/inbox"))


def test_it_says_that_it_is_not_ready_and_that_it_lives(app, as_, proxy):
    caller = app.test_client()
    assert caller.get("/readyz").status_code == 200
    proxy.freeze()
    with within(SILENT + SLACK):
        answer = caller.get("/readyz")
    assert (answer.status_code, answer.json["reason"]) == (503, "the database does not answer")
    with within(AT_ONCE):
        assert caller.get("/readyz").status_code == 503
        assert caller.get("/healthz").status_code == 200


def test_it_heals_by_itself_for_who_comes_and_for_who_holds_a_connection(app, as_, proxy):
    mika = as_("mika")
    with engine_of(app).connect() as held:
        proxy.freeze()
        with within(SILENT + SLACK):
            assert_clean(mika.get("/me/inbox"))
        proxy.thaw()
        until(lambda: mika.get("/me/inbox").status_code == 200, 2.5)
        assert held.execute(text("select 1")).scalar() == 1


def test_a_process_without_a_connection_finds_out_too(as_, proxy, app):
    mika = as_("mika")
    engine_of(app).dispose()
    proxy.freeze()
    with within(2 + SLACK):
        assert_clean(mika.get("/me/inbox"))
    until(lambda: _takes(mika) < AT_ONCE)


def _takes(mika) -> float:
    started = time.monotonic()
    assert_clean(mika.get("/me/inbox"))
    return time.monotonic() - started


def test_pages_and_programs_are_told_in_the_readers_language(app, pages_as, proxy):
    cfo = pages_as("cfo")
    assert cfo.get("/purchases").status_code == 200
    proxy.freeze()
    page = cfo.get("/purchases", headers={"Accept-Language": "ja"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "ただいま混み合っています" in page.text
    asked = {"Accept-Language": "en", "Authorization": "Bearer x"}
    answer = app.test_client().get("/api/v1/me/inbox", headers=asked)
    assert_clean(answer)
    assert answer.json["title"].startswith("The service is busy")


def test_a_page_cut_off_half_way_knows_its_reader_and_asks_for_nothing_more(app, pages_as, proxy):
    cfo = pages_as("cfo")
    assert cfo.get("/purchases").status_code == 200

    def half_way(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM purchases" in statement:
            proxy.refuse()
            proxy.cut()

    event.listen(engine_of(app), "before_cursor_execute", half_way)
    page = cfo.get("/purchases")
    assert (page.status_code, "cfo@example.com" in page.text) == (503, True)


def test_connections_that_were_cut_while_they_rested_cost_nobody_anything(as_, proxy):
    mika = as_("mika")
    for rst in (False, True):
        at_once(*[lambda: mika.get("/me/inbox")] * 4)
        assert proxy.cut(rst=rst) >= 1
        assert {answer.status_code for answer in at_once(*[lambda: mika.get("/me/inbox")] * 4)} == {200}


def test_a_server_that_is_down_is_said_at_once(as_, proxy):
    mika = as_("mika")
    mika.get("/me/inbox")
    proxy.refuse()
    proxy.cut()
    with within(AT_ONCE):
        assert_clean(mika.get("/me/inbox"))
        assert_clean(mika.post("/purchases", {"title": "A"}, headers=KEY))
    proxy.welcome()
    assert mika.get("/me/inbox").status_code == 200


def test_an_answer_cut_in_the_middle_is_a_clean_refusal(as_, proxy):
    mika = as_("mika")
    mika.get("/me/inbox")
    proxy.cut_after(10, TO_CLIENT)
    assert_clean(mika.get("/me/inbox"))
    assert_clean(mika.post("/purchases", {"title": "A"}, headers=KEY))
    proxy.heal()
    assert mika.get("/me/inbox").status_code == 200


def test_a_slow_statement_is_not_a_database_that_is_away(app, as_, proxy):
    """It is waited for, nobody else is refused meanwhile, and the database is not asked more than needed."""
    mika = as_("mika")
    before = proxy.accepted

    def slow() -> object:
        with app.app_context():
            return query("select pg_sleep(2.5) is not null")

    answers: list[int] = []

    def quick() -> None:
        for _ in range(25):
            answers.append(mika.get("/me/inbox").status_code)
            time.sleep(0.1)

    assert at_once(slow, quick)[0] is True
    assert set(answers) == {200}
    assert 2 <= proxy.accepted - before <= 2 + 2.5 / ASK_AFTER  # two connections to work on


def test_a_statement_nobody_has_patience_for_is_cancelled_and_its_connection_lives_on(app, indoors, proxy):
    query("select 1")
    before = proxy.accepted
    with within(0.5 + 2 * SLACK, at_least=0.5), patience(0.5), pytest.raises(OperationalError, match="cancel"):
        query("select pg_sleep(30)")
    assert query("select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)'") == 0
    assert query("select 1") == 1
    assert db.engine.pool.checkedin() == 1
    assert proxy.accepted - before <= 3  # whoever asked, and whoever cancelled


def test_a_request_does_not_wait_long_for_somebody_elses_lock(app, as_, monkeypatch):
    monkeypatch.setattr("collab.web.wiring.PATIENCE", 0.7)
    mika = as_("mika")
    key = mika.post("/purchases", {"title": "A"}).json["key"]
    with engine_of(app).connect() as other:
        other.execute(text("lock table purchases in access exclusive mode"))
        with within(0.7 + 2 * SLACK):
            assert_clean(mika.patch(f"/purchases/{key}", {"title": "B"}))
        other.rollback()
    assert mika.patch(f"/purchases/{key}", {"title": "B"}).status_code == 200


def test_a_connection_whose_other_end_is_gone_is_given_up_although_the_database_lives(app, indoors, proxy):
    """A new one would be let in, so asking does not tell; only patience ends this."""
    with db.engine.connect() as connection:
        connection.execute(text("select 1"))
        proxy.strand()
        with patience(0.7), within(0.7 + 2.1 + SLACK), pytest.raises(OperationalError, match="in time"):
            connection.execute(text("select 1"))


def test_nothing_is_written_in_a_unit_that_lost_its_database(company: Company, proxy, indoors):
    with pytest.raises(Exception, match="busy"), atomic() as unit:
        unit.session.execute(text("select 1"))
        proxy.cut(rst=True)
        unit.session.execute(text("select 1"))
    assert query("select 1") == 1
