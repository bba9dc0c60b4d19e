"""What every answer carries to guard its reader, and what is written down of those who are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from tests.factories import Company
from tests.parts.clients import Api, Pages


@pytest.fixture
def behind_tls() -> dict[str, str]:
    """Settings of an installation that is reached by https."""
    return {"COLLAB_BASE_URL": "https://collab.example.com"}


class TestEncrypted:
    """An installation behind TLS."""

    @pytest.fixture
    def environment(self, behind_tls: dict[str, str]) -> dict[str, str]:
        return behind_tls

    @pytest.fixture
    def front(self, company: Company) -> TestResponse:
        client = company.app.test_client()
        return client.get("/", base_url="https://collab.example.com")

    def test_browsers_are_told_to_stay_encrypted(self, front) -> None:
        assert front.headers["Strict-Transport-Security"] == "max-age=31556926; includeSubDomains"

    def test_only_our_own_code_runs_and_nobody_frames_us(self, front) -> None:
        policy = dict(part.strip().split(" ", 1) for part in front.headers["Content-Security-Policy"].split(";"))
        for nothing in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert policy[nothing] == "'none'"
        assert (policy["script-src"], policy["style-src"], policy["form-action"]) == ("'self'", "'self'", "'self'")
        assert not any("unsafe" in said for said in policy.values())

    def test_nothing_is_sniffed_and_no_address_is_told_to_others(self, front) -> None:
        assert front.headers["X-Content-Type-Options"] == "nosniff"
        assert front.headers["Referrer-Policy"] == "same-origin"
        assert front.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in front.headers

    def test_cookies_are_the_hosts_own(self, company: Company, front) -> None:
        client = company.app.test_client()
        found = client.get("/sign-in", base_url="https://collab.example.com").headers.getlist("Set-Cookie")
        for cookie in [*front.headers.getlist("Set-Cookie"), *found]:
            assert cookie.startswith("__Host-")
            assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
            assert "SameSite=Lax" in cookie

    def test_people_are_led_to_https_and_programs_are_told(self, company: Company) -> None:
        client = company.app.test_client()
        page = client.get("/", base_url="http://collab.example.com")
        assert (page.status_code, page.location) == (302, "https://collab.example.com/")
        call = client.get("/api/v1/me", base_url="http://collab.example.com", headers={"Authorization": "Bearer x"})
        assert (call.status_code, call.json["code"]) == (403, "not_encrypted")
        proxied = client.get("/api/v1/me", base_url="http://collab.example.com", headers={"X-Forwarded-Proto": "https"})
        assert proxied.status_code == 401


def test_leaving_empties_what_the_browser_kept(pages_as: Callable[[str], Pages]) -> None:
    answer = pages_as("mika").send("/leave", {})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"storage"')


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
def test_methods_we_do_not_serve_are_refused(app: Flask, method: str) -> None:
    assert app.test_client().open("/", method=method).status_code == 405


def test_who_is_refused_is_written_down_without_the_secret(app: Flask, as_: Callable[[str | None], Api]) -> None:
    with capture_logs() as lines:
        app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer collab_wrong"})
        as_("mika").get("/outbox")
    noted = [line for line in lines if line["event"] == "web.refused"]
    assert [(line["status"], line["code"], line["member"] is None) for line in noted] == [
        (401, "not_signed_in", True),
        (403, "not_allowed", False),
    ]
    assert "collab_wrong" not in str(lines)
