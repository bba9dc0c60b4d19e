"""What the sample company has none of, so that the pages that would show it have something to show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from collab.kernel.db import Base, db
from tests.parts.clients import Pages
from tests.parts.every_page import SampleCompany

SAID = "Said by somebody"


def fill_gaps(company: SampleCompany) -> None:
    """A paused goal, a false alarm, an import, a refused proposal for routes, a token, and more."""
    company.token("cmo")
    Pages(company, "cmo")
    with company.indoors():
        cmo, admin, now = company.member("cmo").id, company.member("admin").id, company.now
        problem = {"say": "field.not_a_choice", "args": {"choices": SAID}}
        wrong = {"row": 2, "field": SAID, "problem": problem}
        change = {"row": 2, "subject": SAID, "field": "title", "before": SAID, "after": SAID, "on": None, "mark": None}
        for number, state in enumerate(("refused", "previewed"), start=1):
            _add(
                "imports", id=number, kind="purchases", file_name=SAID, file_address="x", member_id=cmo, preview_only=True, state=state,
                errors=[wrong], changes={"added": 1, "list": [change]}, created_at=now, ended_at=now, attempts=1,
            )  # fmt: skip
        _add(
            "route_proposals", id=1, digest="x", files=[], reason=SAID, proposed_by_id=admin, proposed_at=now,
            state="declined", decided_by_id=cmo, decided_at=now, comment=SAID,
        )  # fmt: skip
        _add("goal_discussions", goal_id=1, by_id=cmo, at=now, divergence=2, note=SAID)
        _change("goals", "active", state="paused", paused_at=now, pause_reason=SAID)
        _change("incidents", "closed", state="false_alarm", false_alarm_reason=SAID)
        waits = _table("escalations")
        db.session.execute(
            update(waits).where(waits.c.state != "ended").values(manual_by_id=cmo, manual_reason=SAID, manual_at=now)
        )
        for name in ("blueprint_points", "blueprint_requirements"):
            db.session.execute(update(_table(name)).values(goal_id=None, unjustified_reason=SAID))
        db.session.commit()


def pages_besides(company: SampleCompany) -> list[str]:
    """Addresses of things that are neither the first of their kind nor alone in their state."""
    with company.indoors():
        initiatives = [f"/initiatives/I-{one}" for one in db.session.scalars(select(_table("initiatives").c.id))]
        shared = db.session.scalars(select(_table("purchase_shares").c.purchase_id).distinct())
        alarms = db.session.scalars(select(_table("incidents").c.task_id))
        voided = _table("signature_sheets")
        sheets = db.session.scalars(select(voided.c.id).where(voided.c.state == "void"))
        return [
            *initiatives, *(f"/purchases/PR-{one}" for one in shared), *(f"/incidents/T-{one}" for one in alarms),
            *(f"/signatures/{one}" for one in sheets), "/imports/1", "/imports/2", "/routes/proposals/1", "/me/access", "/audit",
            *(f"{one}/blueprint" for one in initiatives), *(f"{one}/dialogue" for one in initiatives),
        ]  # fmt: skip


def _table(name: str) -> Any:
    return Base.metadata.tables[name]


def _add(name: str, **values: Any) -> None:
    db.session.execute(insert(_table(name)).values(**values))


def _change(name: str, was: str, **values: Any) -> None:
    """The first that is in this state comes to be in another."""
    table = _table(name)
    key = next(iter(table.primary_key.columns))
    first = db.session.scalars(select(key).where(table.c.state == was).order_by(key)).first()
    assert first is not None, f"no {was} in {name}"
    db.session.execute(update(table).where(key == first).values(**values))
