"""My issue and how it comes, over the API and on the page; and issues of members whom Slack does not reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from collab.audit.models import Entry
from collab.digests import queries, service
from collab.digests.rules.content import Content, Item, Section
from collab.digests.rules.needs import Needs, needs_from_json, needs_to_json, top_of
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.outbox import service as outbox
from collab.outbox.models import Message
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow
from tests.factories import Company
from tests.factories.company import PEOPLE, address
from tests.parts.clients import Api, Pages
from tests.slack_double import SlackDouble

PAGE, ISSUE, CHOICE = "/me/digest", "/me/digest", "/me/digest/choice"
MONDAY = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
"""Nine in Tokyo, two days before tests begin."""
W46 = "2026-W46"
FORM = {"wanted": "1", "weekday": "mon", "at": "09:00"} | {
    f"section_{code}": "1" for code in ("risks", "decisions", "moved")
}


@pytest.fixture
def something(monkeypatch: pytest.MonkeyPatch) -> None:
    """A goal moved for everybody."""
    item = Item("G-1", "Answer every customer", "/goals/G-1", "moved", {"was": 40, "now": 55})
    content = Content((Section("moved", (item,)),))
    monkeypatch.setattr(
        "collab.digests.service.composing.gather", lambda members, _span, _now: {one.id: content for one in members}
    )


def sweep(company: Company, moment: datetime = MONDAY) -> None:
    company.now = moment
    with company.indoors():
        service.sweep(now=moment)


def deliver(company: Company) -> None:
    with time_machine.travel(company.now, tick=False), company.app.app_context():
        while outbox.drain(now=company.now, limit=50):
            pass


@pytest.mark.usefixtures("something")
def test_my_issue_in_my_words(company: Company, as_: Callable[[str], Api]) -> None:
    sweep(company)
    issue = as_("mika").get(ISSUE).json
    assert (issue["week"], issue["via"], issue["path"]) == (W46, None, f"/digests/{W46}")
    (section,) = issue["sections"]
    assert (section["code"], section["items"][0]["key"], section["more"]) == ("moved", "G-1", 0)
    assert issue == as_("mika").get(f"{ISSUE}?week={W46}").json


@pytest.mark.usefixtures("something")
@pytest.mark.parametrize(
    ("week", "status"), [("2026-W45", 404), ("2026-W47", 404), ("2026-W54", 422), ("soon", 422), ("2026W46", 422)]
)
def test_a_week_without_an_issue_and_what_is_no_week(
    company: Company, as_: Callable[[str], Api], week: str, status: int
) -> None:
    sweep(company)
    answer = as_("mika").get(f"{ISSUE}?week={week}")
    assert answer.status_code == status
    assert status == 404 or list(answer.json["errors"]) == ["week"]


@pytest.mark.usefixtures("something")
def test_nobody_else_s_issue_and_none_before_the_first(company: Company, as_: Callable[[str], Api]) -> None:
    assert as_("mika").get(ISSUE).status_code == 404
    sweep(company)
    assert as_("mika").get(ISSUE).status_code == 200
    assert as_("emma").get(ISSUE).status_code == 404, "in London it is midnight"


def test_how_it_comes_over_the_api(as_: Callable[[str], Api]) -> None:
    mika = as_("mika")
    usual = mika.get(CHOICE).json
    assert usual == {
        "wanted": True, "weekday": "mon", "at": "09:00", "zone": "Asia/Tokyo", "off": [], "own": [],
        "next": {"week": "2026-W47", "at": "2026-11-24T00:00:00+00:00"},
    }  # fmt: skip
    changed = mika.patch(CHOICE, {"weekday": "fri", "at": "17:30", "off": ["tasks"]}).json
    assert (changed["weekday"], changed["at"], changed["own"], changed["off"]) == (
        "fri",
        "17:30",
        ["weekday", "at"],
        ["tasks"],
    )
    assert changed["next"] == {"week": W46, "at": "2026-11-20T08:30:00+00:00"}
    assert mika.patch(CHOICE, {"weekday": None}).json["own"] == ["at"]
    assert mika.patch(CHOICE, {"wanted": False}).json["next"] is None
    assert mika.patch(CHOICE, {"at": None, "off": None, "wanted": True}).json | {"next": None} == usual | {"next": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"weekday": "monday"}, "weekday"), ({"weekday": 1}, "weekday"), ({"at": "25:00"}, "at"), ({"off": ["needs"]}, "off.0"),
     ({"off": "tasks"}, "off"), ({"wanted": "maybe"}, "wanted"), ({"day": 1}, "day")],
)  # fmt: skip
def test_bad_input_is_refused_field_by_field(as_: Callable[[str], Api], body: object, field: str) -> None:
    answer = as_("mika").patch(CHOICE, body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_page(pages_as: Callable[[str], Pages], company: Company) -> None:
    mika = pages_as("mika")
    assert 'href="/me/digest"' in mika.get("/me/notifications").text
    assert mika.send(PAGE, {**FORM, "weekday": "fri", "at": "17:30"}, page=PAGE).status_code == 303
    page = mika.get(PAGE).text
    assert "金曜日 17:30" in page
    with company.indoors():
        choice = queries.get_choice(company.member("mika"))
        assert (choice.when.weekday, choice.when.minute, choice.off) == (4, 1050, ("tasks", "obligations"))
        told = db.session.scalars(select(Entry).where(Entry.verb == "digest_set")).one().after
        assert told == {"weekday": "fri", "at": "17:30", "off": ["tasks", "obligations"]}


def test_what_is_only_confirmed_goes_on_following_the_company(
    pages_as: Callable[[str], Pages], company: Company
) -> None:
    everything = FORM | {f"section_{code}": "1" for code in ("tasks", "obligations")}
    assert pages_as("mika").send(PAGE, everything, page=PAGE).status_code == 303
    with company.indoors():
        assert db.session.scalars(select(Entry).where(Entry.verb == "digest_set")).all() == []


@pytest.mark.parametrize(("wrong", "field"), [({"at": "25:00"}, "f-at"), ({"weekday": "someday"}, "f-weekday")])
def test_a_mistake_is_said_where_it_is(pages_as: Callable[[str], Pages], wrong: dict[str, str], field: str) -> None:
    answer = pages_as("mika").send(PAGE, {**FORM, **wrong}, page=PAGE)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("name", ["agency", "auditor"])
def test_guests_and_auditors_have_one_too(as_: Callable[[str], Api], name: str) -> None:
    assert as_(name).patch(CHOICE, {"wanted": False}).status_code == 200


@pytest.mark.usefixtures("something")
def test_said_in_slack(company: Company, slack: SlackDouble) -> None:
    sweep(company)
    deliver(company)
    with company.indoors():
        edition = queries.find_issue(week=W46, member=company.member("mika").id)
        assert edition is not None
        assert (edition.via, edition.said_at, edition.needs) == ("slack", MONDAY, Needs())


@pytest.mark.usefixtures("something")
def test_whom_slack_does_not_reach_finds_it_on_the_web_and_nobody_is_alarmed(
    company: Company, slack: SlackDouble, as_: Callable[[str], Api]
) -> None:
    for person in PEOPLE:
        slack.deactivate(address(person.name))
    sweep(company)
    deliver(company)
    with company.indoors():
        mika = company.member("mika")
        states = db.session.execute(select(Message.state, Message.problem, Message.kind)).all()
        assert {(row.kind, row.state) for row in states} == {(service.KIND, "superseded")}
        (row,) = subjects.inbox(mika, company.now)
        assert (row.path, row.remind) == (f"/digests/{W46}", False)
    assert as_("mika").get(ISSUE).json["via"] == "web"
    with company.indoors():
        assert subjects.inbox(mika, company.now) == [], "opened, it waits no more"


@pytest.mark.usefixtures("something")
def test_nobody_answers_for_what_was_lost_it_waits_on_the_web(company: Company, slack: SlackDouble) -> None:
    """Delivery is paused, or gave up: after some hours the issue stands in the inbox, too."""
    sweep(company)
    with company.indoors():
        mika = company.member("mika")
        assert subjects.inbox(mika, company.now + timedelta(hours=1)) == []
        assert [row.path for row in subjects.inbox(mika, company.now + timedelta(hours=7))] == [f"/digests/{W46}"]


def test_what_needed_somebody_is_kept_as_it_was() -> None:
    rows = [
        InboxRow(f"PR-{number}", Text("approval.ask.decide", {"n": number}), "A & B", "/", MONDAY, due_at=MONDAY, by_en="Mika", by_ja="美香",
                 actions=("approve",))
        for number in range(7)
    ]  # fmt: skip
    needs = top_of(rows)
    assert (len(needs.items), needs.more, needs.count) == (5, 2, 7)
    assert needs_from_json(needs_to_json(needs)) == needs


def test_at_the_command_line(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    item = Item("G-1", "Answer every customer", "/goals/G-1", "moved", {"was": 40, "now": 55})
    monkeypatch.setattr(
        "collab.digests.service.composing.gather",
        lambda members, _span, _now: {one.id: Content((Section("moved", (item,)),)) for one in members},
    )
    runner = company.app.test_cli_runner()
    with time_machine.travel(MONDAY + timedelta(hours=12), tick=False):
        first = runner.invoke(args=["digest", "send", "--week", W46])
        again = runner.invoke(args=["digest", "send", "--week", W46])
        to_one = runner.invoke(args=["digest", "send", "--member", "mika@example.com"])
        shown = runner.invoke(args=["digest", "preview", "--member", "mika@example.com", "--week", W46, "--lang", "en"])
        wrong = runner.invoke(args=["digest", "send", "--week", "2026-W47"])
        nobody = runner.invoke(args=["digest", "preview", "--member", "nobody@example.com"])
    assert "13 of 13 members" in first.stderr
    assert first.stdout == f"{W46}: 13 issues go out; for 0 members there is nothing to say.\n"
    assert again.stdout == f"{W46}: 0 issues go out; for 0 members there is nothing to say.\n"
    assert to_one.stdout == f"{W46}: the issue goes out to mika@example.com.\n"
    assert "Answer every customer" in shown.stdout
    assert (wrong.exit_code, "not over" in wrong.stderr, nobody.exit_code) == (1, True, 1)
