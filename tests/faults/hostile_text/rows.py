"""What the sample company has none of, so that the pages that would show it have something to show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from collab.blueprints.queries.quarters import quarter_before
from collab.kernel.db import Base, db
from collab.people.service import rename_office
from tests.parts.clients import Pages
from tests.parts.every_page import SampleCompany

SAID = "Said by somebody"
CHANGE = 999
"""The number of the change that was declined."""


def fill_gaps(company: SampleCompany) -> None:
    """A paused goal, a false alarm, an import, a refused proposal for routes, a token, an office called otherwise, and more."""
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
        _steered(company)
        _governed(company)
        db.session.commit()
        rename_office(company.member("admin"), "CIO", name_en=SAID, name_ja=SAID, now=now)


def _steered(company: SampleCompany) -> None:
    """A goalpost that was words, what was said of an initiative again and again, a quarter's look at a blueprint."""
    shifts, health, now = _table("goal_shifts"), _table("initiative_health"), company.now
    newest = db.session.scalars(select(shifts.c.id).order_by(shifts.c.at.desc(), shifts.c.id.desc())).first()
    db.session.execute(
        update(shifts).where(shifts.c.id == newest).values(before={"removed": SAID}, after={"added": SAID})
    )
    initiative = db.session.scalars(select(_table("blueprints").c.initiative_id)).first()
    said = {"initiative_id": initiative, "slot": 1, "member_id": company.member("cmo").id, "health": "at_risk"}
    for days in (3, 2, 1):
        db.session.execute(insert(health).values(**said, note=SAID, at=now - timedelta(days=days)))
    quarter = quarter_before(now)
    found = {"from_on": "2026-07-01", "until_on": "2026-09-30", "version": None}
    content = {**found, "findings": [{"kind": "source_unused", "title": SAID}]}
    _add("blueprint_drifts", initiative_id=initiative, quarter=quarter, content=content, made_at=now)


def _governed(company: SampleCompany) -> None:
    """An office that somebody proposed and nobody wanted."""
    admin, cmo, now = company.member("admin"), company.member("cmo").id, company.now
    names = {"name_en": SAID, "name_ja": SAID}
    _add(
        "control_changes", id=CHANGE, code="office.add", subject_key="office:CSO", fields={"code": "CSO", **names}, before=names, after=names,
        favours=[], reason=SAID, state="declined", version=2, proposed_by_id=admin.id, proposed_at=now, expires_at=now + timedelta(days=30),
        decided_by_id=cmo, decided_at=now, comment=SAID,
    )  # fmt: skip


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
            *(f"/signatures/{one}" for one in sheets), "/imports/1", "/imports/2", "/routes/proposals/1", "/me/access",
            *(f"{one}/blueprint" for one in initiatives), *(f"{one}/dialogue" for one in initiatives),
            *(f"{one}/drift/{quarter_before(company.now)}" for one in initiatives), "/goals/goalposts", f"/admin/changes/CC-{CHANGE}",
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
