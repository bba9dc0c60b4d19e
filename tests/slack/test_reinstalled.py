"""The app taken out and put back: nothing is lost, what stood before is kept true; in another workspace it starts afresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from collab.kernel import clock
from collab.outbox import queries as outbox
from collab.outbox import service
from collab.people import queries as people
from tests.factories.company import PEOPLE, address
from tests.parts.applications import application, settings_for
from tests.parts.clients import Api
from tests.parts.databases import Database
from tests.slack.people import CMO, MIKA, file
from tests.slack_double import App, SlackDouble, buttons, text_of
from tests.slack_double.people import Person

Deliver = Callable[[], None]
ELSEWHERE = App(
    bot_token="xoxb-elsewhere", signing_secret="another-secret", team_id="T0ELSEWHERE", team_domain="elsewhere",
    app_id="A0ELSEWHERE", bot_user_id="U0ELSEWHEREBOT", bot_id="B0ELSEWHERE",
)  # fmt: skip


@pytest.fixture
def installed(database: Database, tmp_path: Path) -> Callable[..., object]:
    """The same installation, started again with what Slack gave out last."""

    @contextmanager
    def start(slack: SlackDouble) -> Iterator[tuple[Flask, Deliver]]:
        environ = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.app.bot_token,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        }
        with application(settings_for(database.url, tmp_path / "var", environ)) as app:
            yield app, lambda: drained(app)

    return start


def drained(app: Flask) -> None:
    """What sweeps and workers do until nothing is due."""
    with app.app_context():
        service.sweep(now=clock.now())
        while service.drain(now=clock.now()):
            pass


def states(app: Flask) -> dict[str, int]:
    """Messages by state, those there are none of left out."""
    with app.app_context():
        return {state: count for state, count in outbox.counts_by_state().items() if count}


def waiting_card(served: SlackDouble, deliver_later: Deliver) -> None:
    """A request whose card stands before the CMO."""
    file(served)
    served.play.slash(MIKA, "/collab", "submit PR-1")
    for _ in range(3):
        deliver_later()


def test_taken_out_and_put_back_in_the_same_workspace(
    served: SlackDouble, app: Flask, deliver_later: Deliver, installed: Callable, travel: time_machine.Coordinates,
    as_: Callable[[str], Api],
) -> None:  # fmt: skip
    waiting_card(served, deliver_later)
    card = next(one for one in served.record.cards_about("PR-1") if one in served.record.messages_to(CMO))
    before = len(served.record.calls())
    served.revoke()
    assert served.events.app_uninstalled().accepted
    done = as_("cmo").post("/api/v1/purchases/PR-1/decisions", {"verb": "return", "comment": "how many?"})
    assert done.status_code in (200, 201), done.json
    deliver_later()
    assert len(served.record.calls()) == before, "nothing is even tried"
    assert "broken" not in states(app)
    waited = states(app)["pending"]
    assert waited >= 2, "the card's new face, and the news"

    served.reinstall("xoxb-second")
    travel.shift(timedelta(hours=1))
    with installed(served) as (again, deliver):
        for _ in range(4):
            travel.shift(timedelta(seconds=5))
            deliver()
        assert "pending" not in states(again)
        assert "broken" not in states(again)
        with again.app_context():
            assert list(outbox.list_gates()) == []
    (kept,) = [one for one in served.record.cards_about("PR-1") if one.ts == card.ts]
    assert (kept.channel, kept.text != card.text or kept.blocks != card.blocks) == (card.channel, True)
    assert not [button for button in buttons(kept) if button.action_id.startswith("approval.approve")]
    assert served.record.messages_to(MIKA), "and the requester is told"


@pytest.mark.parametrize(
    "error", ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"]
)
def test_a_card_that_may_not_be_edited_any_more_is_forgotten(
    served: SlackDouble, app: Flask, deliver_later: Deliver, as_: Callable[[str], Api], error: str
) -> None:
    waiting_card(served, deliver_later)
    served.faults.refuse(1.0, error, method="chat.update")
    as_("cmo").post("/api/v1/purchases/PR-1/decisions", {"verb": "return", "comment": "how many?"})
    for _ in range(3):
        deliver_later()
    tried = len(served.record.calls("chat.update"))
    assert tried
    assert not {"broken", "pending"} & states(app).keys()
    as_("mika").post("/api/v1/purchases/PR-1/drop", {})
    deliver_later()
    assert len(served.record.calls("chat.update")) == tried, "it is not tried again"


def test_another_workspace_gets_nothing_of_the_old_one(
    served: SlackDouble, app: Flask, deliver_later: Deliver, installed: Callable, travel: time_machine.Coordinates,
    as_: Callable[[str], Api],
) -> None:  # fmt: skip
    waiting_card(served, deliver_later)
    as_("cmo").post("/api/v1/purchases/PR-1/decisions", {"verb": "return", "comment": "how many?"})
    before = len(served.record.calls())
    old = {person.id for person in served._slack.people.all()}
    with SlackDouble(app=ELSEWHERE) as other:
        for person in PEOPLE:
            other._slack.people.put(Person(f"UNEW{person.name.upper()}", address(person.name), person.name_ja))
        with installed(other) as (again, deliver):
            for _ in range(4):
                travel.shift(timedelta(seconds=5))
                deliver()
            assert "pending" not in states(again)
            with again.app_context():
                now = clock.now()
                cmo = people.find_actor_by_email(CMO, now)
                assert cmo is not None
                assert people.find_slack_account(cmo.id, "T0DOUBLE"), "who they were there is kept"
            said = {str(call.arguments["channel"]) for call in other.record.calls("chat.postMessage")}
            assert said
            assert not said & old
            assert "how many?" in "".join(text_of(one) for one in other.record.messages_to(MIKA))
            for call in other.record.calls("chat.update"):
                assert call.outcome != "ok", "cards of the old workspace are forgotten"
            reply = again.test_client().post("/slack/commands")
            assert reply.status_code == 401
            served.product_url = ""
            forged = spoken_from(served, again, secret=other.app.signing_secret)
            assert forged == 401, "who speaks from the old workspace is not ours, whatever they sign with"
    assert len(served.record.calls()) == before, "and the old one is left in peace"


def spoken_from(slack: SlackDouble, app: Flask, *, secret: str) -> int:
    """A command of the old workspace, signed well; the status of the answer."""
    from urllib.parse import urlencode

    from tests.slack_double.wire import signed

    form = {
        "team_id": slack.app.team_id, "user_id": slack._slack.people.with_email(CMO).id, "command": "/collab", "text": "me",
        "trigger_id": "1.2.3", "api_app_id": slack.app.app_id, "response_url": "https://hooks.slack.com/x",
    }  # fmt: skip
    body = urlencode(form).encode()
    headers = signed(secret, str(int(clock.now().timestamp())), body)
    answer = app.test_client().post(
        "/slack/commands", data=body, headers=headers, content_type="application/x-www-form-urlencoded"
    )
    return answer.status_code
