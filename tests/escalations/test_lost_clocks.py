"""Whatever people wait for has a clock, and one that is lost does not stay unseen, whichever feature it is of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from collab.approvals import service as approvals
from collab.escalations import service
from collab.escalations.models import Escalation
from collab.incidents import service as incidents
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from tests.factories import Company
from tests.factories.agreements import active
from tests.factories.incidents import alerted
from tests.factories.tasks import Tasks

pytestmark = pytest.mark.usefixtures("indoors")


def a_seat(company: Company) -> None:
    company.filed()


def a_return(company: Company) -> None:
    company.decide(company.filed(), "cmo", "return")


def a_delivery(company: Company) -> None:
    active(company)


def an_alert(company: Company) -> None:
    alerted(company)


def a_review(company: Company) -> None:
    key = alerted(company)
    cmo = company.member("cmo")
    incidents.take(cmo, key, now=company.later())
    incidents.answer(cmo, key, text="We are sorry.", now=company.later())
    incidents.close(cmo, key, what_happened="A post.", root_cause="No second look.", now=company.later())


def a_promise(company: Company) -> None:
    Tasks(company).at("accepted")


@pytest.mark.parametrize(
    ("wanted", "watches"),
    [
        (a_seat, {"approval.seat"}),
        (a_return, {"approval.returned"}),
        (a_delivery, {"agreement.delivery"}),
        (an_alert, {"incident.ack", "incident.reply", "task.answer"}),
        (a_review, {"incident.review"}),
        (a_promise, {"task.promise"}),
    ],
)
def test_the_auditor_misses_a_clock_that_is_gone(
    company: Company, wanted: Callable[[Company], None], watches: set[str]
) -> None:
    wanted(company)
    approvals.sweep(now=company.later())
    later = company.later(minutes=15)
    open_ones = select(Escalation.watch, Escalation.key).where(Escalation.state != "ended")
    running = {row.key: row.watch for row in db.session.execute(open_ones)}
    assert set(running.values()) == watches
    assert [one.key for one in service.find_trouble(later) if one.code == "no_clock"] == []
    with atomic():
        gone = {"state": "ended", "next_at": None, "ended_at": later, "end_reason": "lost"}
        db.session.execute(update(Escalation).where(Escalation.key.in_(running)).values(**gone))
    assert {one.key for one in service.find_trouble(later + timedelta(minutes=1))} == set(running)
