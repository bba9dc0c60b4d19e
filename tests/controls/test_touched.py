"""Whom a change touches, and what a closed department is no longer offered for."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import update

from collab.controls import queries, service
from collab.controls.registry import Around, registry
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people.models import Department
from collab.people.queries import forget
from tests.factories import NOW, Company
from tests.factories.goals import goal
from tests.factories.tasks import Tasks
from tests.parts.clients import Pages


def touched(code: str, **fields: str) -> dict[str, int]:
    found = registry.effects(code, fields, Around(NOW.date(), NOW))
    return {text.key.rpartition(".")[2]: text.args["n"] for text in found if "n" in text.args}


def test_it_says_how_much_waits_at_the_office_and_runs_in_the_department(company: Company) -> None:
    company.filed()
    company.filed()
    goal(company, "Open to all", owners=("cmo", "cio"))
    Tasks(company).at("accepted")
    with company.indoors():
        assert touched("office.give", office="CMO", member="nao@example.com") == {"seats": 2}
        assert touched("office.give", office="CEO", member="nao@example.com") == {}
        side = touched("department.lead", department="it", member="kenji@example.com")
        assert side == {"tasks": 1, "goals": 1}
        assert touched("department.close", department="marketing") == {"goals": 2}
        assert [
            one.key for one in registry.obstacles("department.close", {"department": "it"}, Around(NOW.date(), NOW))
        ]


def options(page: str) -> set[str]:
    return set(re.findall(r'<option value="([a-z]+)"', page))


FORMS = ("/purchases/new", "/tasks/new", "/agreements/new", "/goals/new", "/initiatives/new", "/alert")


def test_a_closed_department_is_offered_no_more_and_stays_where_it_is_named(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    cmo = pages_as("cmo")
    assert [path for path in FORMS if "sales" not in options(cmo.get(path).text)] == []
    with company.indoors(), atomic():
        db.session.execute(update(Department).where(Department.code == "sales").values(closed_on=NOW.date()))
    forget()
    assert [path for path in FORMS if options(cmo.get(path).text) & {"sales", "it"} != {"it"}] == []
    assert "sales" in options(cmo.get("/tasks/new?department=sales").text)


def test_the_page_of_a_change_says_it(company: Company, pages_as: Callable[[str], Pages]) -> None:
    company.filed()
    with company.indoors():
        fields = {"office": "CMO", "member": "nao@example.com", "acting": True}
        key = service.propose(company.member("admin"), "office.give", fields, reason="Leave.", now=company.now).key
        assert queries.find_change(key) is not None
    assert re.search(
        r"One request now waits at this office|1件の稟議が待っています",
        pages_as("ceo").get(f"/admin/changes/{key}").text,
    )
