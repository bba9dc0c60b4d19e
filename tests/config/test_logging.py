"""Logs: one line each, readable by a machine, and without secrets wherever they hide."""

import json
import subprocess
import sys

import pytest

from config.logging import SCRUBBED, scrub
from config.settings import ROOT

SECRETS = [
    "xoxb-123-abc",
    "xoxe.xoxp-1-Mi0yLTE",
    "xapp-1-A1-2-3",
    "Bearer abc.def-ghi",
    "bearer abc.def-ghi",
    "postgresql+psycopg://collab:hunter2@db/collab",
    "redis://:hunter2@redis:6379/0",
    "https://hooks.slack.com/commands/T1/2/abc",
    "GET /invitations/ekNBaJBKvyy_jhSke9QVPBaJ0tHhyuC5",
    "/sign-in/link/ekNBaJBKvyy_jhSke9QVPBaJ0tHhyuC5",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_text_is_scrubbed(secret: str) -> None:
    shown = scrub(f"it said {secret} and went on")
    assert SCRUBBED in shown
    for part in ("123-abc", "Mi0yLTE", "A1-2-3", "abc.def", "hunter2", "T1/2/abc", "ekNBaJ"):
        assert part not in shown
    assert shown.startswith("it said ")
    assert shown.endswith(" and went on")


def test_a_secret_is_found_by_its_name_however_deep() -> None:
    shown = scrub({"request": [{"X-Slack-Signature": "v0=abc", "Cookie": "s=1", "path": "/"}], "client_secret": "x"})
    assert shown == {
        "request": [{"X-Slack-Signature": SCRUBBED, "Cookie": SCRUBBED, "path": "/"}],
        "client_secret": SCRUBBED,
    }


def test_what_is_no_secret_stays() -> None:
    assert scrub({"event": "稟議 PR-12", "amount": 12, "ok": True, "none": None, "url": "https://example.com/a?b=c"}) == {
        "event": "稟議 PR-12", "amount": 12, "ok": True, "none": None, "url": "https://example.com/a?b=c",
    }  # fmt: skip


SPEAK = """
import logging, structlog
from config.logging import configure
from config.settings import load
configure(load())
structlog.contextvars.bind_contextvars(request_id="r-1")
log = structlog.get_logger("collab.test")
log.info("slack.refused", token="xoxb-1", detail="xoxb-2 is revoked")
logging.getLogger("library").warning("could not reach %s", "redis://:hunter2@redis")
try:
    raise ValueError("Bearer hunter2 was refused")
except ValueError:
    log.exception("call.failed")
logging.getLogger("celery.app.trace").info("Task outbox.sweep succeeded")
"""


def spoken(tmp_path: object, demo: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SPEAK],
        cwd=ROOT, env={"COLLAB_VAR_DIR": f"{tmp_path}/var", "COLLAB_DEMO": demo}, text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == ""
    return done.stderr.strip().splitlines()


def test_in_production_a_line_is_json(tmp_path: object) -> None:
    ours, librarys, failed = (json.loads(line) for line in spoken(tmp_path, "0"))
    assert ours["event"] == "slack.refused"
    assert (ours["token"], ours["detail"]) == (SCRUBBED, f"{SCRUBBED} is revoked")
    assert (ours["level"], ours["logger"], ours["request_id"]) == ("info", "collab.test", "r-1")
    assert ours["timestamp"].endswith("Z")
    assert librarys["event"] == f"could not reach redis://{SCRUBBED}@redis"
    assert "Traceback" in failed["exception"]
    assert "hunter2" not in failed["exception"]


def test_on_a_console_it_is_for_people(tmp_path: object) -> None:
    lines = spoken(tmp_path, "1")
    assert "slack.refused" in lines[0]
    assert "hunter2" not in "".join(lines)
    assert "Traceback (most recent call last):" in lines[2:][0] + "".join(lines)
