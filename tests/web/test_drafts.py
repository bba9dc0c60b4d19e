"""What is typed into a form is kept for whoever typed it, for nobody else, until it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab.kernel.db import db
from collab.web import drafts
from collab.web.models import Draft
from tests.factories import Company
from tests.parts.clients import _CSRF, Pages

PAGE, OTHER = "page-one-1", "page-two-2"
NEW = "task-new"


def save(
    pages: Pages, form: str = NEW, mark: str = PAGE, *, seen: str = "", token: str | None = None, **fields: Any
) -> TestResponse:
    """What the script of a page sends."""
    found = _CSRF.search(pages.get("/tasks/new").text)
    assert found
    body = {"form": form, "mark": mark, "seen": seen, "fields": {name: [text] for name, text in fields.items()}}
    return pages.client.post("/drafts", json=body, headers={"X-CSRFToken": found[1] if token is None else token})


def kept(pages: Pages, *forms: str) -> dict[str, dict[str, list[str]]]:
    """What a page that has these forms is offered."""
    asked = "&".join(f"form={form}" for form in forms or (NEW,))
    return {one["form"]: one["fields"] for one in pages.get(f"/drafts?{asked}").json}


def ask(pages: Pages, mark: str = PAGE, **more: str) -> TestResponse:
    """Send the form from a page."""
    fields = {"department": "it", "text": "Please mend the form", "_draft": f"{NEW} {mark}", **more}
    return pages.send("/tasks", fields, page="/tasks/new")


def test_what_was_typed_is_offered_when_the_form_opens_again(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    assert save(mika, text="Half a thou").status_code == 200
    save(mika, text="Half a thought")
    assert kept(mika) == {NEW: {"text": ["Half a thought"]}}
    offered = mika.get(f"/drafts?form={NEW}")
    assert "10:00" in offered.json[0]["words"]["offer"]
    assert offered.headers["Cache-Control"] == "no-store"


def test_nobody_else_is_offered_it(pages_as: Callable[[str], Pages]) -> None:
    save(pages_as("mika"), text="Half a thought")
    assert all(kept(pages_as(name)) == {} for name in ("kenji", "cmo", "admin"))


def test_of_something_one_may_not_see_nothing_is_offered(company: Company, pages_as: Callable[[str], Pages]) -> None:
    hidden, form = company.drafted(), ""
    for name in ("mika", "nao"):
        form = f"comment:{hidden}"
        save(pages_as(name), form, body="Between us")
    assert kept(pages_as("mika"), form) == {form: {"body": ["Between us"]}}
    assert kept(pages_as("nao"), form) == {}


def test_a_form_that_was_sent_is_forgotten_also_by_what_its_page_still_sends(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    save(mika, text="Please mend")
    assert ask(mika).status_code == 303
    save(mika, text="Please mend the form")
    assert kept(mika) == {}
    save(mika, mark=OTHER, text="Something new")
    assert kept(mika) == {NEW: {"text": ["Something new"]}}


def test_what_another_page_keeps_of_the_same_form_stays(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    save(mika, mark=OTHER, text="A long letter")
    assert ask(mika).status_code == 303
    assert kept(mika) == {NEW: {"text": ["A long letter"]}}


def test_a_refused_form_loses_nothing_and_its_answer_goes_on_under_the_same_mark(
    pages_as: Callable[[str], Pages],
) -> None:
    mika = pages_as("mika")
    save(mika, text="Please mend")
    refused = ask(mika, department="")
    assert refused.status_code == 422
    assert f'data-draft-mark="{NEW} {PAGE}"' in refused.text
    assert "Please mend the form" in refused.text
    assert kept(mika) == {NEW: {"text": ["Please mend"]}}


def test_one_throws_it_away(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    save(mika, text="Never mind")
    assert mika.send("/drafts/discard", {"form": NEW}, page="/tasks/new").status_code == 204
    assert kept(mika) == {}


def test_nobody_else_writes_over_it_sends_it_or_throws_it_away(pages_as: Callable[[str], Pages]) -> None:
    mika, kenji = pages_as("mika"), pages_as("kenji")
    for pages in (mika, kenji, kenji):
        save(pages, text=f"The thought of {'mika' if pages is mika else 'kenji'}")
    mine = {NEW: {"text": ["The thought of mika"]}}
    assert kept(mika) == mine
    assert ask(kenji).status_code == 303
    assert (kept(mika), kept(kenji)) == (mine, {})
    assert kenji.send("/drafts/discard", {"form": NEW}, page="/tasks/new").status_code == 204
    assert kept(mika) == mine


def test_no_secret_is_kept_and_no_strange_thing(company: Company, pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    save(mika, text="Half", csrf_token="zq7", password="zq7", new_token="zq7", _draft="zq7")
    assert kept(mika) == {NEW: {"text": ["Half"]}}
    wrong: list[dict[str, Any]] = [
        {"form": "../etc"}, {"form": 7}, {"form": "x" * 200}, {"mark": "?"}, {"fields": []}, {"fields": {"a": "b"}},
        {"fields": {"a": ["\x00"]}}, {"seen": None}, {"fields": {"a": [{"b": 1}]}},
    ]  # fmt: skip
    token = _CSRF.search(mika.get("/tasks/new").text)
    assert token
    for change in wrong:
        body = {"form": "task-old", "mark": PAGE, "seen": "", "fields": {}, **change}
        assert mika.client.post("/drafts", json=body, headers={"X-CSRFToken": token[1]}).status_code == 422, change
    for data in (b"[]", b"nothing", b"\xff"):
        sent = mika.client.post(
            "/drafts", data=data, content_type="application/json", headers={"X-CSRFToken": token[1]}
        )
        assert sent.status_code == 422
    with company.indoors():
        assert [one.form for one in db.session.scalars(select(Draft))] == [NEW]


def test_more_than_64_kilobytes_are_not_kept(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    assert save(mika, text="x" * 60_000).status_code == 200
    assert save(mika, text="あ" * 30_000).status_code == 422
    assert kept(mika) == {NEW: {"text": ["x" * 60_000]}}


def test_without_the_token_of_the_page_nothing_is_kept(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    assert save(mika, token="", text="Forged").status_code == 400
    assert mika.client.post("/drafts/discard", data={"form": NEW}).status_code == 400
    assert kept(mika) == {}


def test_an_auditor_fills_in_nothing_and_a_stranger_even_less(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    auditor = pages_as("auditor")
    token = _CSRF.search(auditor.get("/").text)
    assert token
    body = {"form": NEW, "mark": PAGE, "seen": "", "fields": {}}
    assert auditor.client.post("/drafts", json=body, headers={"X-CSRFToken": token[1]}).status_code == 403
    assert auditor.get(f"/drafts?form={NEW}").status_code == 403
    stranger = company.app.test_client()
    assert stranger.get(f"/drafts?form={NEW}").status_code in (302, 401)


def test_after_thirty_days_nobody_remembers(company: Company, pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    save(mika, text="Old", mark=OTHER)
    with company.indoors():
        now = db.session.scalars(select(Draft)).one().saved_at
        assert drafts.tidy(now=now + timedelta(days=29)) == 0
        assert drafts.tidy(now=now + timedelta(days=30, seconds=1)) == 1
        assert drafts.tidy(now=now + timedelta(days=30, seconds=1)) == 0


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_offer_is_in_the_readers_language(pages_as: Callable[[str], Pages], language: str) -> None:
    mika = pages_as("mika")
    mika.send("/language", {"lang": language})
    save(mika, text="Half")
    words = mika.get(f"/drafts?form={NEW}").json[0]["words"]
    assert set(words) == {"offer", "changed", "go_on", "discard", "back"}
    assert ("入力中" in words["offer"]) is (language == "ja")
    assert json.dumps(words)


def test_nobody_fills_the_disk(company: Company, indoors: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_KEPT", 3)
    mika, kenji = company.member("mika"), company.member("kenji")
    drafts.keep(kenji, NEW, mark=PAGE, seen="", fields={"text": ["His"]}, now=company.now)
    forms = [f"task-answer:T-{number}" for number in range(1, 6)]
    for form in forms:
        drafts.keep(mika, form, mark=PAGE, seen="", fields={"text": ["Hers"]}, now=company.later())
    kept_of = select(Draft.form).where(Draft.member_id == mika.id).order_by(Draft.id)
    assert list(db.session.scalars(kept_of)) == forms[2:]
    assert db.session.scalars(select(Draft.form).where(Draft.member_id == kenji.id)).all() == [NEW]
