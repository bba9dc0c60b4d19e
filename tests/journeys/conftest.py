"""An installation with the Slack double as its Slack, on the embedded default and on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import DateTime, bindparam, create_engine, text

from tests.parts.furnished import furnished
from tests.parts.installation import PATIENCE, Installation, installed, sample_company
from tests.slack_double import SlackDouble

PEOPLE = ("ceo", "cmo", "cio", "cfo", "mika", "kenji")


KINDS = [pytest.param(kind, marks=pytest.mark.xdist_group(f"journeys-{kind}")) for kind in ("embedded", "postgresql")]
"""Those of one kind run one after the other in one process: an installation takes longer than its tests."""


@pytest.fixture(scope="module", params=KINDS)
def house(request: pytest.FixtureRequest, shared: Path) -> Iterator[tuple[Installation, SlackDouble]]:
    """Web, worker, beat and broker as processes; Slack is the double. One for each file: who is told five things in a few
    minutes is told them in one message, and finds no card of its own for each. The sample company is loaded by the first one."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with SlackDouble() as slack:
        for name_ in PEOPLE:
            slack.add_user(f"{name_}@example.com", name_)
        more = {
            "SLACK_BOT_TOKEN": slack.app.bot_token,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_APP_TOKEN": slack.app.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        url, furnish = furnished(shared, "sample", sample_company, more, server)
        with installed(url, more, furnish=furnish) as installation:
            slack.product_url = installation.address
            everything_was_said(installation)
            a_night_passes(installation)
            yield installation, slack


def everything_was_said(installation: Installation) -> None:
    """Wait until the sample company's own messages are out."""
    token, until = installation.token("admin"), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        told = requests.get(f"{installation.address}/status", headers={"Authorization": f"Bearer {token}"}, timeout=20)
        if told.json()["outbox"]["oldest_open_at"] is None:
            return
        time.sleep(0.3)
    raise AssertionError(f"messages still wait after {PATIENCE} s: {told.text}")


def a_night_passes(installation: Installation) -> None:
    """What the sample company said of itself was said long ago: whoever was told much in a few minutes hears no more for a
    while, and what is told then comes in one message."""
    told = text("update outbox_messages set settled_at = :at where settled_at is not null")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    rows = create_engine(installation.database_url)
    with rows.begin() as connection:
        connection.execute(told.bindparams(bindparam("at", yesterday, DateTime(timezone=True))))
    rows.dispose()
