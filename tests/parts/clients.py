"""Callers of the application: with a bearer token, or signed in to its pages."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from collab.access.rules.keys import SAMPLE
from collab.access.service import sessions

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Api:
    """Somebody who calls the API."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", path, json={} if body is None else body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> TestResponse:
        return self.send("PATCH", path, json=body, **options)

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        """One request; short paths begin after /api/v1."""
        assert not has_app_context(), "a client inside an application context would share its `g`"
        path = path if path.startswith("/api/") else f"/api/v1{path}"
        return self._client.open(path, method=method, headers={**self._headers, **(headers or {})}, **options)


class Pages:
    """Somebody signed in to the pages."""

    def __init__(self, company: Any, name: str) -> None:
        self.client = company.app.test_client()
        with company.indoors():
            secret = sessions.sign_in(company.member(name), browser="test", way=SAMPLE, now=company.now)
        with self.client.session_transaction() as session:
            session.update(_user_id=secret, _fresh=True)

    def get(self, path: str, **options: Any) -> TestResponse:
        assert not has_app_context(), "a client inside an application context would share its `g`"
        return self.client.get(path, **options)

    def send(self, path: str, data: dict[str, Any], *, page: str = "/", **options: Any) -> TestResponse:
        """Post a form as a browser would, with the token of the page it stands on."""
        token = _CSRF.search(self.get(page).text)
        assert token, f"{page} holds no form"
        return self.client.post(path, data={"csrf_token": token[1], **data}, **options)
