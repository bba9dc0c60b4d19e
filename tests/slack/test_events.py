"""What Slack tells without being asked: heard once, acknowledged when it is written, asked for again when it is not."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from collab.kernel import clock
from collab.outbox import queries as outbox
from collab.people import queries, service
from collab.slack.registry import edges
from collab.slack.talk import News
from tests.factories import Company
from tests.parts.applications import application, settings_for
from tests.parts.databases import Database, on_both
from tests.slack.people import CMO, MIKA
from tests.slack.tape import changed, everything
from tests.slack_double import SlackDouble


def count_what_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that counts in the database, in the transaction it is called in."""
    monkeypatch.setitem(edges.events, "user_change", lambda news: service.greet(_stranger(news), now=news.now))


def _stranger(news: News) -> object:
    from collab.slack.identity import Stranger

    return Stranger(news.team, "U0HEARD", "no_member")


def times_heard(app: Flask) -> int:
    with app.app_context():
        found = queries.find_stranger("T0DOUBLE", "U0HEARD")
        return int(found.times) if found else 0


def account(app: Flask, email: str) -> str | None:
    with app.app_context():
        actor = queries.find_actor_by_email(email, clock.now())
        return queries.find_slack_account(actor.id) if actor else None


@on_both
def test_an_event_told_again_has_no_second_effect(
    served: SlackDouble, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_what_is_heard(monkeypatch)
    told = served.events.user_change(MIKA, changes={"name": "Mika T"}, event_id="Ev1", times=3)
    assert told.statuses == [200, 200, 200]
    assert times_heard(app) == 1
    served.events.user_change(MIKA, changes={"name": "Mika"}, event_id="Ev2")
    assert times_heard(app) == 2


@on_both
def test_the_same_event_twice_at_the_same_moment_in_two_processes_is_once(
    app: Flask, database: Database, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with application(settings_for(database.url, tmp_path / "var", environment)) as other:
        count_what_is_heard(monkeypatch)
        start = threading.Barrier(8)

        def tell(number: int) -> int:
            start.wait(30)
            return _post(other if number % 2 else app, event("Ev1", "user_change", user={"id": "U1"})).status_code

        for _round in range(5):
            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(tell, range(8))) == {200}
    assert times_heard(app) == 1


def test_an_event_that_cannot_be_written_is_asked_for_again_and_then_heard(
    served: SlackDouble, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles = [OperationalError("insert", {}, Exception("gone")), RuntimeError("a bug of ours")]

    def listen(news: News) -> None:
        service.greet(_stranger(news), now=news.now)  # written, and then undone with everything else
        if troubles:
            raise troubles.pop(0)

    monkeypatch.setitem(edges.events, "user_change", listen)
    told = served.events.user_change(MIKA, changes={}, event_id="Ev1")
    assert told.statuses == [503, 503, 200]
    assert times_heard(app) == 1


def test_what_we_do_not_listen_to_is_acknowledged_and_leaves_no_trace(served: SlackDouble, app: Flask) -> None:
    served.play.slash(MIKA, "/collab", "help")
    before = everything(app)
    assert served.play.event("app_mention", MIKA).status == 200
    assert served.events.message(MIKA, "hello").statuses == [200]
    body = {"type": "app_rate_limited", "team_id": "T0DOUBLE", "api_app_id": "A0DOUBLE", "minute_rate_limited": 1}
    assert served.play.raw("/slack/events", json.dumps(body).encode()).status == 200
    assert changed(before, everything(app)) == {}


@pytest.mark.parametrize(
    "body", [{"user": "U1"}, {"user": None}, {"user": []}, {}, {"user": {"id": None, "profile": 7}}]
)
def test_an_event_of_another_shape_than_documented_is_not_asked_for_again(
    app: Flask, slack: SlackDouble, body: dict
) -> None:
    assert _post(app, event("Ev1", "user_change", **body)).status_code == 200


@pytest.mark.parametrize("tokens", [{"oauth": ["U1"], "bot": []}, {"oauth": ["U1"]}, {}, None])
def test_a_persons_own_token_is_no_reason_to_stop(app: Flask, slack: SlackDouble, tokens: object) -> None:
    assert _post(app, event("Ev1", "tokens_revoked", tokens=tokens)).status_code == 200
    with app.app_context():
        assert list(outbox.list_gates()) == []


@on_both
@pytest.mark.parametrize("kind", ["tokens_revoked", "app_uninstalled"])
def test_nothing_is_sent_once_the_app_is_out(served: SlackDouble, app: Flask, kind: str) -> None:
    for _again in range(2):
        assert getattr(served.events, kind)(event_id="Ev1").accepted
    with app.app_context():
        assert [(gate.name, gate.reason) for gate in outbox.list_gates()] == [("workspace", "token_revoked")]


@on_both
def test_a_deactivated_account_is_no_way_in_any_more(served: SlackDouble, app: Flask, company: Company) -> None:
    served.play.slash(CMO, "/collab", "me")
    assert account(app, CMO)
    served.events.user_change(CMO, changes={"deleted": True})
    assert account(app, CMO) is None
    with company.indoors():
        from collab.audit.queries import list_entries

        assert [entry.verb for entry in list_entries(f"member:{CMO}")][-2:] == ["slack_linked", "slack_unlinked"]
    served.events.user_change(CMO, changes={"deleted": False})
    served.play.slash(CMO, "/collab", "me")
    assert account(app, CMO)


def test_an_account_with_another_email_is_nobodys_unless_somebody_said_it_is_theirs(
    served: SlackDouble, app: Flask, company: Company
) -> None:
    served.play.slash(MIKA, "/collab", "me")
    served.events.user_change(MIKA, changes={"email": "mika@elsewhere.example"})
    assert account(app, MIKA) is None
    with company.indoors():
        from collab.slack.identity import Stranger

        user = served.play._user_id("mika@elsewhere.example")
        code = service.greet(Stranger("T0DOUBLE", user, "no_member"), now=clock.now())
        service.link_by_code(company.member("mika"), code, now=clock.now())
    served.events.user_change("mika@elsewhere.example", changes={"email": "mika@third.example"})
    assert account(app, MIKA) == user


def test_an_account_that_appears_is_looked_for_at_once(served: SlackDouble, app: Flask, company: Company) -> None:
    from collab.slack import identity

    served.describe(MIKA, is_email_confirmed=False)
    with company.indoors():
        assert identity.account_of(company.member("mika")) is None
    served.describe(MIKA)
    with company.indoors():
        assert identity.account_of(company.member("mika")) is None, "asked lately"
    served.events.team_join(MIKA)
    with company.indoors():
        assert identity.account_of(company.member("mika")) == served.play._user_id(MIKA)


def event(event_id: str, kind: str, **fields: object) -> bytes:
    body = {
        "type": "event_callback", "team_id": "T0DOUBLE", "api_app_id": "A0DOUBLE", "event_id": event_id,
        "event": {"type": kind, **fields},
    }  # fmt: skip
    return json.dumps(body).encode()


def _post(app: Flask, body: bytes) -> object:
    from tests.slack_double.wire import signed

    headers = signed("double-signing-secret", str(int(clock.now().timestamp())), body)
    return app.test_client().post("/slack/events", data=body, headers=headers, content_type="application/json")
