"""Whoever is asked for their yes again reads what changed since they gave it."""

from __future__ import annotations

from decimal import Decimal

import time_machine

from collab.goals import service
from collab.goals.queries import get_goal
from collab.goals.service import living
from collab.goals.views.changed import since_yes
from collab.kernel.i18n import Reader
from tests.factories import Company
from tests.factories.goals import goal, metric_ids
from tests.parts.clients import Pages

ENGLISH = Reader("en", "Asia/Tokyo")


def test_what_changed_since_ones_yes_is_shown_with_the_question(
    company: Company, travel: time_machine.Coordinates
) -> None:
    key = goal(company, "The old title", state="draft")
    with company.indoors():
        cmo, cio = company.member("cmo"), company.member("cio")
        assert since_yes(cio, get_goal(cio, key), ENGLISH) == [], "who never said yes has nothing to compare with"
        living.accept(cio, key, "We deliver it.", now=company.later())
        service.change(cmo, key, {"title": "Another title"}, now=company.later())
        service.change(cmo, key, {"title": "The new title", "outcome": "Nobody waits"}, now=company.later())
        service.change_metric(cmo, key, metric_ids(company, key)[0], {"target": Decimal(80)}, now=company.later())
        found = {
            label.split(" (")[0]: (before, after)
            for label, before, after in since_yes(cio, get_goal(cio, key), ENGLISH)
        }
        assert found["Goal"] == ("The old title", "The new title"), "from the yes to now, not step by step"
        assert found["Why, and for whom"] == ("", "Nobody waits")
        assert found["Target"][1] == "80"
    page = Pages(company, "cio").get(f"/goals/{key}").text
    assert "The old title</del>" in page
    assert "The new title</ins>" in page
    assert "The old title</del>" not in Pages(company, "kenji").get(f"/goals/{key}").text


def test_what_was_changed_back_is_no_change(company: Company) -> None:
    key = goal(company, "The old title", state="draft")
    with company.indoors():
        cmo, cio = company.member("cmo"), company.member("cio")
        living.accept(cio, key, "We deliver it.", now=company.later())
        for title in ("Another title", "The old title"):
            service.change(cmo, key, {"title": title}, now=company.later())
        assert since_yes(cio, get_goal(cio, key), ENGLISH) == []
