"""A database that goes away while somebody commits: nobody knows, so nothing is claimed, and a repeat tells."""

from __future__ import annotations

import re
import threading

import pytest
from sqlalchemy import text

from tests.faults.behind_proxy import KEY, app, assert_clean, at_once, engine_of, proxy

__all__ = ["app", "proxy"]

COMMIT = b"COMMIT\0"
"""As it stands on the wire; READ COMMITTED does too."""

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def test_a_commit_whose_answer_is_lost_is_said_to_be_unsure_and_its_repeat_gets_the_answer(as_, company, proxy):
    key = company.filed()
    cmo = as_("cmo")
    cmo.get("/me/inbox")
    proxy.lose_answer_to(COMMIT)
    lost = cmo.post(f"/purchases/{key}/decisions", {"verb": "approve"}, headers=KEY)
    assert proxy.sprung
    assert (lost.status_code, lost.json["code"], lost.headers["Retry-After"]) == (503, "unsure", "2")
    again = cmo.post(f"/purchases/{key}/decisions", {"verb": "approve"}, headers=KEY)
    assert (again.status_code, again.json["verb"]) == (201, "approve")
    assert verbs(cmo, key).count("approve") == 1


def test_whoever_presses_again_without_a_key_is_told_that_it_is_done(as_, company, proxy):
    key = company.filed()
    cio = as_("cio")
    cio.get("/me/inbox")
    proxy.lose_answer_to(COMMIT)
    assert cio.post(f"/purchases/{key}/decisions", {"verb": "approve"}).json["code"] == "unsure"
    again = cio.post(f"/purchases/{key}/decisions", {"verb": "approve"})
    assert (again.status_code, again.json["code"], again.json["who"]) == (409, "already_decided", "cio@example.com")
    assert re.search("you already approved it .* It stands|すでに承認しました.*そのまま有効です", again.json["title"])
    assert verbs(cio, key).count("approve") == 1


def test_a_commit_that_is_lost_itself_is_said_to_be_unsure_and_its_repeat_does_it(as_, company, proxy):
    key = company.filed()
    cmo = as_("cmo")
    cmo.get("/me/inbox")
    proxy.lose(COMMIT)
    lost = cmo.post(f"/purchases/{key}/decisions", {"verb": "approve"}, headers=KEY)
    assert (lost.status_code, lost.json["code"]) == (503, "unsure")
    assert "approve" not in verbs(cmo, key)
    again = cmo.post(f"/purchases/{key}/decisions", {"verb": "approve"}, headers=KEY)
    assert (again.status_code, again.json["verb"]) == (201, "approve")


def test_a_write_refused_before_its_commit_has_changed_nothing_and_says_so(as_, company, proxy):
    key = company.filed()
    cmo = as_("cmo")
    cmo.get("/me/inbox")
    proxy.lose(b"UPDATE")
    assert_clean(cmo.post(f"/purchases/{key}/decisions", {"verb": "approve"}, headers=KEY))
    assert proxy.sprung
    assert "approve" not in verbs(cmo, key)


def test_a_repeat_that_comes_while_the_first_still_runs_waits_for_its_answer(as_, company, app):
    mika = as_("mika")
    with engine_of(app).connect() as other:
        other.execute(text("lock table audit_entries in exclusive mode"))
        release = threading.Timer(1.0, other.rollback)
        release.start()
        first, second = at_once(*[lambda: mika.post("/purchases", {"title": "A"}, headers=KEY)] * 2)
        release.join()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json


def verbs(caller, key: str) -> list[str]:
    return [event["verb"] for event in caller.get(f"/purchases/{key}/history").json]
