"""A signed slash command in plain Flask: slack_sdk's verifier, a parsed form, a fixed answer."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, jsonify, request
from slack_sdk.signature import SignatureVerifier

app = Flask(__name__)
verifier = SignatureVerifier(os.environ["SLACK_SIGNING_SECRET"])


@app.post("/slack/commands")
def commands() -> Any:
    """Say that it was heard."""
    raw = request.get_data()
    if not verifier.is_valid_request(raw, dict(request.headers)):
        return "", 401
    return jsonify({"response_type": "ephemeral", "text": f"heard: {request.form['text']}"})
