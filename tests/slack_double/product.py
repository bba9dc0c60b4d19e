"""A product small enough to see through, for the double's own tests."""

import json
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from slack_sdk.signature import SignatureVerifier


class Product:
    """A product of a few lines: keeps what Slack sent, answers what the test prepared."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.form: dict[str, str] = {}
        self.payload: dict[str, Any] = {}
        self.headers: dict[str, str] = {}
        self.answer: Callable[[], Any] = str

    def serve(self) -> Any:
        verifier = SignatureVerifier(self.secret)
        if not verifier.is_valid_request(request.get_data(), dict(request.headers)):
            return "forged", 401
        self.form, self.headers = request.form.to_dict(), dict(request.headers)
        self.payload = request.get_json() if request.is_json else json.loads(self.form.get("payload", "{}"))
        return self.answer()

    def app(self) -> Flask:
        """The three addresses Slack speaks to."""
        app = Flask(__name__)
        for path in ("commands", "interactions", "events"):
            app.add_url_rule(f"/slack/{path}", path, self.serve, methods=["POST"])
        return app
