"""The card before any superior hears: what it says, what can be done about it, and that it is silent when it came too late."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collab.approvals import service
from collab.approvals.queries import get_chain
from collab.approvals.service import clocks as seat_clocks
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Rendered, kinds
from collab.people import queries as people
from collab.purchases.service import mending
from tests.factories import Company
from tests.factories.escalations import Clocks, moment

STANDARD = (Path(__file__).parents[2] / "config" / "escalations" / "standard.toml").read_text()
DUE = "2026-11-20 10:00"
pytestmark = pytest.mark.usefixtures("indoors")


@pytest.fixture
def late(company: Company) -> str:
    """A request whose two keys are late, their holders reminded."""
    clocks = Clocks(company)
    clocks.policies(STANDARD)
    key = company.filed()
    service.sweep(now=company.now)
    company.now = moment(DUE)
    clocks.sweep(DUE)
    return key


def shown(company: Company, kind: str, key: str, wait: str, to: str, locale: str = "en") -> Rendered | None:
    reader = Reader(locale, "Asia/Tokyo")
    envelope = Envelope(key, {"wait": wait, "slot": DUE}, company.member(to), reader, company.now)
    return kinds[kind].render(envelope)


def of_seat(company: Company, key: str, to: str = "cmo", locale: str = "en") -> Rendered | None:
    seat = next(seat for seat in get_chain(key).seats if seat.member == company.id("cmo"))
    return shown(company, "approval.last_chance", key, seat_clocks.wait_key(key, seat.id), to, locale)


def actions(card: Rendered) -> list[str]:
    return [
        element["action_id"] for block in card.blocks for element in block.get("elements", []) if "action_id" in element
    ]


def test_it_is_kind_says_who_would_hear_and_when_and_offers_more_time(company: Company, late: str) -> None:
    card = of_seat(company, late)
    assert card is not None
    said = json.dumps(card.blocks, ensure_ascii=False)
    assert card.text.startswith(f"Before anybody above you hears: {late}")
    assert "Thank you for looking at it now" in said
    assert "Mika Tanabe will see it too" in said
    assert "24 Nov" in said or "Nov 24" in said, "a business day after the card; Monday the 23rd is a holiday"
    assert actions(card) == ["approval.approve", "approval.return", "approval.more_time", "approval.more"]


def test_in_japanese(company: Company, late: str) -> None:
    card = of_seat(company, late, locale="ja")
    assert card is not None
    said = json.dumps(card.blocks, ensure_ascii=False)
    assert "上位者への共有の前に" in said
    assert "田辺 美香さんにも共有されます" in said


def test_more_time_is_offered_no_longer_than_there_is_any(company: Company, late: str) -> None:
    for _ in range(2):
        service.more_time(key=late, actor=company.member("cmo"), now=company.now)
    card = of_seat(company, late)
    assert card is not None
    assert "approval.more_time" not in actions(card)


def test_it_is_silent_once_decided_and_for_anybody_else(company: Company, late: str) -> None:
    assert of_seat(company, late, to="cio") is None
    assert of_seat(company, late, to="mika") is None
    company.decide(late, "cmo")
    assert of_seat(company, late) is None


def test_what_was_sent_back_shows_why_and_three_ways_on(company: Company, late: str) -> None:
    company.decide(late, "cmo", "return", "Which stores use it?")
    wait = mending.wait_key(late)
    card = shown(company, "purchase.last_chance", late, wait, "mika")
    assert card is not None
    assert "Which stores use it?" in json.dumps(card.blocks)
    assert actions(card) == ["purchase.page", "purchase.more_time", "purchase.drop"]
    assert shown(company, "purchase.last_chance", late, wait, "cmo") is None
    assert shown(company, "purchase.last_chance", late, wait, "mika", "ja") is not None


def test_whoever_it_is_left_to_hears_who_has_left(company: Company, late: str) -> None:
    company.decide(late, "cmo", "return")
    company.leaves("mika")
    envelope = Envelope(late, {}, company.member("cmo"), Reader("en", "Asia/Tokyo"), company.now)
    card = kinds[mending.PASSED_ON].render(envelope)
    assert card is not None
    assert "Mika Tanabe has left" in json.dumps(card.blocks)
    line = kinds[mending.PASSED_ON].line
    assert line is not None
    assert line(envelope) is not None
    assert people.list_active([company.id("mika")]) == set()
