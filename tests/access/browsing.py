"""A browser on its way through the sign-in."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from collab.access.provider import forget
from config.settings import SignIn
from tests.factories import Company

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def with_ways(app: Flask, ways: SignIn) -> Company:
    """The company with these ways in, at the real moment: providers have clocks of their own."""
    forget()
    app.extensions["settings"] = replace(app.extensions["settings"], sign_in=ways)
    company = Company(app)
    company.now = datetime.now(UTC)
    return company


class Browser:
    """A browser with its cookies."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client = app.test_client()
        self.headers = {"Accept-Language": language, "User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers, **options)

    def press(self, page: str, path: str, **fields: str) -> TestResponse:
        """Post a form that stands on a page."""
        token = _CSRF.search(self.get(page).text)
        assert token, f"{page} holds no form"
        headers = {**self.headers, "Referer": f"http://localhost{page}"}
        return self.client.post(path, data={"csrf_token": token[1], **fields}, headers=headers)

    def leave_for(self, way: str = "company", *, leads_to: str = "/goals", again: bool = False) -> str:
        """Press the button of a provider: the address the browser goes on to."""
        more = {"again": "1"} if again else {}
        page = "/sign-in?again=1" if again else "/sign-in"
        answer = self.press(page, "/sign-in", way=way, next=leads_to, **more)
        assert answer.status_code == 200, answer.text
        url = answer.headers["Refresh"].removeprefix("0; url=")
        assert html.escape(url) in answer.text, "whoever sees the page may press on"
        return url

    def come_back(self, **came: str) -> TestResponse:
        """Arrive from the provider."""
        return self.get("/sign-in/callback", query_string=came)

    @property
    def is_in(self) -> bool:
        """Whether this browser is signed in."""
        return self.get("/me").status_code == 200
