"""`/collab away` without a day: a form, filled in with what is known; what is wrong is said in it, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest

from collab.kernel import clock
from collab.people import queries as people
from collab.people import service
from tests.factories import Company
from tests.slack.people import CIO, CMO, MIKA, last_ephemeral
from tests.slack_double import Reply, SlackDouble, View

NAO, AUDITOR, AGENCY = "nao@example.com", "auditor@example.com", "agency@example.com"
LATER = "2026-12-28"


def opened(served: SlackDouble, email: str, line: str = "away") -> View:
    view = served.play.slash(email, "/collab", line).view
    assert view is not None
    return view


def absences(company: Company, name: str) -> list[tuple[date, date, int | None]]:
    with company.indoors():
        rows = people.list_absences(company.id(name), clock.now())
        return [(row.from_on, row.until_on, row.deputy_id) for row in rows]


def field(view: View, name: str) -> dict[str, object]:
    return next(block["element"] for block in view.blocks if block.get("block_id") == name)


def test_the_form_begins_today_and_one_choice_and_a_tap_are_enough(served: SlackDouble, company: Company) -> None:
    view = opened(served, CMO)
    today = date.fromisoformat(str(field(view, "from_on")["initial_date"]))
    reply: Reply = served.play.submit(CMO, view, {"until_on": LATER, "deputy": NAO})
    assert "石井 直" in reply.ephemeral
    assert absences(company, "cmo") == [(today, date.fromisoformat(LATER), company.id("nao"))]


def test_back_is_one_tap_from_the_answer(served: SlackDouble, company: Company) -> None:
    served.play.submit(CMO, opened(served, CMO), {"until_on": LATER})
    assert absences(company, "cmo")
    served.play.click(CMO, last_ephemeral(served, CMO), "people.back_now")
    assert absences(company, "cmo") == []


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [({"until_on": "2020-01-01"}, "until_on"), ({"from_on": LATER, "until_on": "2026-12-01"}, "until_on"),
     ({"until_on": LATER, "deputy": CMO}, "deputy"), ({"until_on": LATER, "deputy": AGENCY}, "deputy")],
)  # fmt: skip
def test_what_is_wrong_is_said_under_its_field(
    served: SlackDouble, company: Company, entered: dict[str, str], wrong: str
) -> None:
    reply = served.play.submit(CMO, opened(served, CMO), entered)
    assert set(reply.errors) == {wrong}
    assert absences(company, "cmo") == []


def test_what_the_line_did_say_is_in_the_form(served: SlackDouble, company: Company) -> None:
    served.play.slash(NAO, "/collab", "me")  # known in Slack
    view = opened(served, CMO, "away until whenever deputy @nao")
    assert "whenever" in str(view.blocks[0])
    served.play.submit(CMO, view, {"until_on": LATER})
    assert absences(company, "cmo")[0][2] == company.id("nao")


def test_a_secretary_chooses_for_whom(served: SlackDouble, company: Company) -> None:
    assert "of" not in {block.get("block_id") for block in opened(served, MIKA).blocks}
    with company.indoors():
        service.name_secretary(company.member("cmo"), secretary=MIKA, now=clock.now())
    view = opened(served, MIKA)
    assert "森 由紀" in served.play.submit(MIKA, view, {"of": "cmo@example.com", "until_on": LATER}).ephemeral
    assert absences(company, "cmo")
    assert absences(company, "mika") == []
    served.play.click(MIKA, last_ephemeral(served, MIKA), "people.back_now")
    assert absences(company, "cmo") == []


def test_nobody_says_it_for_a_boss_who_is_not_theirs(served: SlackDouble, company: Company) -> None:
    with company.indoors():
        service.name_secretary(company.member("cmo"), secretary=MIKA, now=clock.now())
    view = opened(served, MIKA)
    with company.indoors():
        row = people.list_secretaries(company.id("cmo"))[0]
        service.end_secretary(company.member("cmo"), row.id, now=clock.now())
    assert served.play.submit(MIKA, view, {"of": "cmo@example.com", "until_on": LATER}).errors
    assert absences(company, "cmo") == []


@pytest.mark.parametrize(
    "line", ["away from 2026-12-24 to 2026-12-28", "不在 2026-12-24から2026-12-28まで", "away 2026-12-24 - 2026-12-28"]
)
def test_a_line_may_say_both_days(served: SlackDouble, company: Company, line: str) -> None:
    assert served.play.slash(CIO, "/collab", line).ephemeral
    assert absences(company, "cio") == [(date(2026, 12, 24), date(2026, 12, 28), None)]


@pytest.mark.parametrize("who", [AUDITOR, AGENCY])
def test_whoever_decides_nothing_is_not_asked(served: SlackDouble, who: str) -> None:
    reply = served.play.slash(who, "/collab", "away")
    assert reply.view is None
    assert reply.ephemeral
