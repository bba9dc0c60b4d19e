"""What the tests of single calls write, to whom, and when."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

from collab.slack import client, socket

_METHOD = re.compile(r"(apps|auth|bots|chat|conversations|users|views)\.[a-z][A-Za-z.]+")
AIKO = "aiko@example.com"
PAYLOAD = {"text": "x", "blocks": []}


def now() -> datetime:
    return datetime.now(UTC)


def called_methods() -> set[str]:
    """Every method of the Web API that the product names where it calls Slack."""
    sources = [Path(module.__file__ or "").read_text(encoding="utf-8") for module in (client, socket)]
    words = {node.value for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and _METHOD.fullmatch(word)}
