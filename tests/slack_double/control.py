"""The double's own endpoints, for tests and demonstrations that run it as a separate process."""

import json
from typing import Any

from tests.slack_double.workspace import Workspace

LOCALE = "ja-JP"
ZONE = "Asia/Tokyo"


def serve(slack: Workspace, verb: str, what: str, body: bytes) -> tuple[int, Any]:
    """`GET record` reads everything; `POST users` and `POST channels` add to the workspace. Status and answer."""
    with slack.lock:
        if (verb, what) == ("GET", "record"):
            return 200, slack.record.as_json()
        if (verb, what) == ("POST", "users"):
            wish = json.loads(body)
            person = slack.people.add(wish["email"], wish["name"], wish.get("locale", LOCALE), wish.get("tz", ZONE))
            return 201, {"id": person.id}
        if (verb, what) == ("POST", "channels"):
            return 201, {"id": slack.channels.add(json.loads(body)["name"]).id}
    return 404, {"error": f"no {verb} {what} here"}
