"""The guide read in a browser: before signing in too, in the reader's language; and its paragraphs inside other pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from collab.guide import queries
from collab.kernel.permits import permits
from tests.factories import Company
from tests.parts.clients import Pages

As = Callable[[str], Pages]
WELCOME, HELP = "The first time you are asked to decide", "Send back with a reason"


@pytest.fixture
def stranger(company: Company) -> FlaskClient:
    return company.app.test_client()


def read(client: FlaskClient, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.text


class TestStrangers:
    def test_read_every_page_in_their_browsers_language(self, stranger: FlaskClient) -> None:
        for locale in ("en", "ja"):
            whole = read(stranger, "/help", locale)
            for page in queries.list_pages(locale):
                assert escape(page.title) in whole
                assert all(
                    f'id="{part.anchor}"' in read(stranger, f"/help/{page.topic}", locale) for part in page.parts[:1]
                )

    def test_find_a_page_from_the_door(self, stranger: FlaskClient) -> None:
        assert 'href="/help"' in read(stranger, "/")

    def test_find_two_japanese_characters(self, stranger: FlaskClient) -> None:
        assert "理由を添えて差し戻す" in read(stranger, "/help?q=差し", "ja")
        assert 'href="/help/approver#send-back"' in read(stranger, "/help?q=差し", "ja")

    @pytest.mark.parametrize(
        "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "%00", "\ud7ff" * 5]
    )
    def test_what_they_look_for_is_text(self, stranger: FlaskClient, hostile: str) -> None:
        answer = stranger.get("/help", query_string={"q": hostile})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text

    @pytest.mark.parametrize(
        "path",
        ["/help/nobody", "/help/approver.md", "/help/..%2f..%2fapp.py", "/help/images/..%2f__init__.py", "/help/images/nothing.webp"],
    )  # fmt: skip
    def test_find_nothing_else_there(self, stranger: FlaskClient, path: str) -> None:
        assert stranger.get(path).status_code == 404

    def test_get_pictures_that_a_browser_may_keep(self, stranger: FlaskClient) -> None:
        with stranger.get(f"/help/images/{queries.image_name('decide', 'ja', 360)}") as picture:
            assert (picture.status_code, picture.mimetype) == (200, "image/webp")
            assert "max-age=31536000" in picture.headers["Cache-Control"]

    def test_may_by_a_row_of_the_table(self, app: Flask) -> None:
        assert permits.allows("guide.read", frozenset())


def test_one_reads_as_one_reads_everything_else(pages_as: As) -> None:
    assert "承認・決裁する方へ" in pages_as("mika").get("/help/approver").text


def test_a_page_opens_its_paragraph_without_script(company: Company, pages_as: As) -> None:
    with company.indoors():
        company.filed()
    page = pages_as("cmo")
    page.send("/language", {"lang": "en"})
    shown = page.get("/purchases/PR-1").text
    part = queries.get_part("en", "approver", "send-back")
    assert f"{HELP}</span></summary>" in shown
    assert str(part.brief) in shown
    assert 'href="/help/approver#send-back"' in shown


class TestFirstDecision:
    def test_whoever_never_decided_is_welcomed_until_they_did(self, company: Company, pages_as: As) -> None:
        with company.indoors():
            first, second = company.filed(), company.filed(title="Another")
        page = pages_as("cmo")
        page.send("/language", {"lang": "en"})
        shown = page.get(f"/purchases/{first}").text
        assert WELCOME in shown
        assert 'href="/help/approver"' in shown
        answer = page.send(
            f"/purchases/{first}/decisions", {"form": "return", "verb": "return", "comment": "Which vendor?", "seen_version": "1"},
            page=f"/purchases/{first}",
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
        again = page.get(f"/purchases/{second}").text
        assert HELP in again
        assert WELCOME not in again

    def test_whoever_is_not_asked_is_not_welcomed(self, company: Company, pages_as: As) -> None:
        with company.indoors():
            key = company.filed()
        assert WELCOME not in pages_as("mika").get(f"/purchases/{key}").text
