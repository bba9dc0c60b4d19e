"""Very many keys are narrowed before permits look at them: nobody loses anything by it, and outsiders cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from collab.approvals import service as approvals
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries import sight, written
from collab.subjects.queries import list_summaries
from collab.subjects.registry import Summary
from tests.approvals.test_proxying import TWO, delegate
from tests.factories import Company
from tests.factories.company import NAMES, address
from tests.parts.applications import application, settings_for
from tests.parts.databases import POSTGRESQL, SAMPLE, SQLITE, Stock, on_both
from tests.parts.sample import A_WEDNESDAY
from tests.purchases.test_sharing import show

Answer = tuple[dict[str, Summary], set[str]]
ALL, NONE = 10**6, 0


def answered(viewer: Actor, keys: list[str], few: int, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """What a viewer is shown of these, and what of it they read whole."""
    monkeypatch.setattr(sight, "FEW", few)
    return list_summaries(viewer, keys), written.insiders(viewer, keys)


def every_key() -> list[str]:
    return [key_of(PREFIX, number) for number in db.session.scalars(select(Purchase.id).order_by(Purchase.id))]


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_everybody_of_the_sample_company_sees_what_permits_show(
    kind: str, stock: Callable[[str], Stock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with application(settings_for(stock(kind).fresh(SAMPLE).url, tmp_path)) as app, app.app_context():
        keys, spared = every_key(), 0
        for viewer in people.list_actors(A_WEDNESDAY):
            assert answered(viewer, keys, NONE, monkeypatch) == answered(viewer, keys, ALL, monkeypatch), viewer.email
            monkeypatch.setattr(sight, "FEW", NONE)
            spared += len(keys) - len(sight.near(viewer, keys))
        assert spared > len(keys), "what leaves out nothing spares nothing"


@on_both
@pytest.mark.usefixtures("indoors")
def test_whoever_has_to_do_with_a_request_in_any_way_loses_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.routes(TWO)
    held = {"visibility": "involved", "category": "other"}
    read, proxied, known = (company.filed(**held), company.filed(**held), company.filed(visibility="company"))
    draft, left, bought = (
        company.drafted(**held),
        company.filed("nao", **held),
        company.decided(yes=("cmo", "cfo"), **held),
    )
    other = company.filed("sales-lead", department="sales", on_behalf_of=address("nao"), **held)
    approvals.circulate(key=read, actor=company.member("mika"), members=[address("emma")], now=company.now)
    approvals.ask(
        key=read, actor=company.member("cmo"), member=address("kenji"), question="On our cloud?", now=company.now
    )
    show(company, draft, address("agency"))
    company.decide(left, "cmo", "return", "Smaller")
    company.leaves("nao")
    delegate(company, "cmo", "kenji")
    keys = every_key()
    assert {read, proxied, known, draft, left, bought, other} == set(keys)
    seen = {}
    for name in NAMES:
        viewer = company.member(name)
        narrowed, whole = (answered(viewer, keys, few, monkeypatch) for few in (NONE, ALL))
        assert narrowed == whole, name
        seen[name] = set(whole[0])
    assert read in seen["emma"]
    assert proxied in seen["kenji"]
    assert left in seen["cmo"], "who leads the department mends what nobody is left for"
    assert seen["agency"] == {draft}
