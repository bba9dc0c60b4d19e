"""Where two answers differ one tap makes one task, for the other side's department, tied to the initiative."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from collab.blueprints.rules.questions import differs, gap
from collab.blueprints.service import differing
from collab.initiatives.models import Initiative
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.subjects.queries import list_related
from collab.tasks import queries as tasks
from tests.factories import Company
from tests.factories.blueprints import a_blueprint
from tests.factories.dialogues import answers, both, dialogues
from tests.factories.initiatives import number
from tests.parts.clients import Pages
from tests.parts.databases import on_both


@pytest.mark.parametrize(
    ("first", "second", "apart", "so"), [(1, 1, 0, False), (3, 4, 1, False), (2, 4, 2, True), (5, 1, 4, True)]
)
def test_two_points_are_a_difference(first: int, second: int, apart: int, so: bool) -> None:
    ratings = {1: first, 2: second}
    assert (gap(ratings), differs(ratings)) == (apart, so)
    assert not differs({1: first})


def differ(company: Company, key: str, by: str = "cmo", question: int = 1, **more: str) -> str:
    with company.indoors():
        return differing.differ(company.member(by), key, question, now=company.now, **more)


def test_one_tap_asks_the_other_sides_department(company: Company) -> None:
    key = a_blueprint(company)
    both(company, key, 1, 5, 2)
    task = differ(company, key, "cio")
    with company.indoors():
        made = tasks.find_task(company.member("cmo"), task, company.now)
        assert made is not None
        assert (made.from_department, made.to_department, made.asker.name_en) == ("it", "marketing", "Daichi Sakai")
        assert "Marketing on 1." in (made.detail or "")
        assert "IT on 1." in (made.detail or "")
        assert task in {one.key for one in list_related(company.member("nao"), key)}
    assert (dialogues(company, key)[0].task, differ(company, key, "cmo")) == (task, task)


def test_close_ratings_need_words(company: Company) -> None:
    key = a_blueprint(company)
    both(company, key, 1, 3, 4)
    with pytest.raises(Invalid) as refusal:
        differ(company, key)
    assert set(refusal.value.fields) == {"text"}
    task = differ(company, key, text="One means stores, the other the shop online.")
    with company.indoors():
        made = tasks.find_task(company.member("cio"), task, company.now)
        assert made is not None
        assert (made.detail or "").startswith("One means stores")
    assert dialogues(company, key)[0].differs


def test_where_they_differ_is_read_with_the_answers(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = a_blueprint(company)
    both(company, key, 1, 3, 4)
    both(company, key, 2, 5, 2)
    differ(company, key, text="One means stores, the other the shop online.")
    differ(company, key, question=2)
    page = pages_as("nao").get(f"/initiatives/{key}/dialogue").text
    assert "<blockquote>One means stores, the other the shop online.</blockquote>" in page
    assert "<blockquote>5 : 2</blockquote>" not in page


def test_nothing_is_made_of_what_is_not_revealed(company: Company) -> None:
    key = a_blueprint(company)
    answers(company, key, "cmo", rating=1)
    for by in ("cmo", "cio"):
        with pytest.raises(NotNow) as refusal:
            differ(company, key, by, text="x")
        assert refusal.value.said_code == "dialogue_not_revealed"


@pytest.mark.parametrize("name", ["nao", "kenji", "ceo", "admin", "auditor", "agency"])
def test_only_the_two_leads_make_it_a_task(company: Company, name: str) -> None:
    key = a_blueprint(company, guests=("agency",))
    both(company, key, 1, 1, 5)
    with pytest.raises((NotAllowed, NotFound)):
        differ(company, key, name)


def test_of_a_narrowed_initiative_the_task_is_narrow_too(company: Company) -> None:
    key = a_blueprint(company)
    both(company, key, 1, 1, 5)
    with company.indoors(), atomic() as unit:
        found = unit.session.get(Initiative, number(key))
        assert found is not None
        found.visibility = "involved"
    task = differ(company, key)
    with company.indoors():
        assert tasks.find_task(company.member("sales-lead"), task, company.now) is None
        assert tasks.find_task(company.member("cio"), task, company.now) is not None


@on_both
def test_both_leads_tap_at_the_same_moment_and_one_task_is_made(company: Company) -> None:
    key = a_blueprint(company)
    both(company, key, 1, 1, 5)

    def tap(name: str) -> str:
        with company.app.app_context():
            return differing.differ(company.member(name), key, 1, now=company.now)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(tap, ("cmo", "cio", "cmo", "cio")))) == 1
