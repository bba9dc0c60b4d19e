"""Both owners check in at the same moment, and on the same goals in another order: everything said stands, nobody waits for
ever, and a divergence is told once."""

from __future__ import annotations

from functools import partial

from sqlalchemy import func, select

from collab.goals.models import CheckIn, Measurement
from collab.goals.service import checking_in
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories.company import Company
from tests.factories.goals import goal, row
from tests.parts.at_once import DONE, ends
from tests.parts.databases import on_both


@on_both
def test_two_check_ins_at_once(company: Company) -> None:
    keys = [goal(company, f"Goal {number}") for number in range(3)]
    for turn in range(3):
        cmo, cio = (
            {key: {"confidence": confidence, "note": "So I think.", "value": str(value + turn)} for key in ordered}
            for confidence, value, ordered in ((90, 20, keys), (10, 40, keys[::-1]))
        )
        both = [
            partial(checking_in.check_in_all, company.member(name), said, now=company.later(hours=1))
            for name, said in (("cmo", cmo), ("cio", cio))
        ]
        assert ends(company, *both) == [DONE, DONE]
    with company.indoors():
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 18
        assert db.session.scalar(select(func.count()).select_from(Measurement)) == 3, "one a day and source"
        told = select(func.count()).where(Message.kind == "goal.diverged")
        assert db.session.scalar(told) == 3, "once for each goal"
    assert {int(row(company, key).progress or 0) for key in keys} <= {22, 42}


@on_both
def test_all_goals_and_one_of_them_at_once(company: Company) -> None:
    """Whoever holds the tree waits for no goal: here each would hold what the other wants."""
    keys = [goal(company, f"Goal {number}") for number in range(4)]
    for turn in range(4):
        said = {"confidence": 70, "value": str(20 + turn)}
        everything = dict.fromkeys(keys, said)
        now = company.later(hours=1)
        acts = [partial(checking_in.check_in_all, company.member("cmo"), everything, now=now)]
        acts += [partial(checking_in.check_in, company.member("cio"), keys[-1], {**said, "value": "50"}, now=now)]
        assert set(ends(company, *acts)) == {DONE}
