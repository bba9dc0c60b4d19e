"""Measurements from a file: as spreadsheets write it, all rows or none, each for a goal its sender may measure."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from collab.audit.models import Entry
from collab.goals.models import Goal, Measurement
from collab.goals.service import importing
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid
from tests.factories import Company
from tests.factories.goals import helps
from tests.factories.measured import figures_of, main_of, measured_goal, progress_of, say
from tests.imports.files import complaints, hand_in, report, run, taken
from tests.parts.clients import Api
from tests.parts.databases import on_both

JAPANESE = (
    "目標,指標,測定日,値,分子,分母,出典,サンプル数\r\n{key},,２０２６年１１月１日,１，２３４．５,,,ＣＲＭ,３００\r\n"
)


def count(company: Company) -> int:
    with company.indoors():
        return db.session.query(Measurement).count()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_whatever_a_spreadsheet_writes(company: Company, encoding: str) -> None:
    key = measured_goal(company, "A", target=Decimal(2000))
    number = hand_in(
        company, "measurements", JAPANESE.format(key=key.replace("G-", "Ｇ－")).encode(encoding), by="mika"
    )
    run(company, number)
    assert (found := report(company, number, by="mika"))["state"] == "done", found
    (row,) = figures_of(company, key)
    assert (row.on, str(row.value), row.sample) == (date(2026, 11, 1), "1234.5", 300)
    assert row.source == "ＣＲＭ"


@on_both
def test_rows_of_several_goals_and_metrics_are_written_and_added_up(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True, is_ratio=True, per=100)
    one = measured_goal(
        company, "One", under={parent: 100}, metrics=[{"is_ratio": True, "per": 100}, {"name": "ＮＰＳ", "type": "nps"}]
    )
    two = measured_goal(company, "Two", under={parent: 100}, is_ratio=True, per=100)
    found = taken(
        company, "measurements", "goal,metric,on,value,numerator,denominator,source",
        f"{one},,2026-10-01,,9,10,CRM", f"{one},nps,2026-10-01,-12,,,survey", f"{two},,2026-10-01,,1,30,CRM", by="mika",
    )  # fmt: skip
    assert (found["state"], found["changes"]["added"]) == ("done", 3)
    (gathered,) = figures_of(company, parent)
    assert (gathered.numerator, gathered.denominator, gathered.parts) == (10, 40, 2)
    assert progress_of(company, parent) == 25
    with company.indoors():
        entry = db.session.query(Entry).filter_by(subject_key=one, verb="measure").one()
    assert (entry.actor, entry.details) == ("mika@example.com", {"added": 2, "changed": 0, "imported": True})


def test_a_second_time_says_what_is_replaced_and_what_is_the_same(company: Company) -> None:
    key = measured_goal(company, "A")
    rows = ["goal,on,value,source", f"{key},2026-10-01,10,CRM", f"{key},2026-10-02,20,CRM"]
    taken(company, "measurements", *rows, by="mika")
    rows[2] = f"{key},2026-10-02,25,CRM"
    found = taken(company, "measurements", *rows, f"{key},2026-10-03,30,CRM", by="mika", preview=True)
    changes = found["changes"]
    assert (changes["added"], changes["changed"], changes["unchanged"]) == (1, 1, 1)
    assert [(one["field"], one["before"], one["after"]) for one in changes["list"]] == [
        ("value", "20", "25"),
        (None, None, None),
    ]
    assert count(company) == 2, "a preview writes nothing"


def test_one_wrong_row_and_nothing_is_written(company: Company) -> None:
    key = measured_goal(company, "A")
    parent = measured_goal(company, "P", gathers=True)
    ratio = measured_goal(company, "R", is_ratio=True)
    kenjis = measured_goal(company, "K", owner="kenji")
    hidden = measured_goal(company, "H", owner="kenji", goal={"visibility": "involved"})
    closed = measured_goal(company, "C", goal={"state": "closed"})
    found = taken(
        company, "measurements", "goal,metric,on,value,source", f"{key},,2026-10-01,1,CRM", f"{key},,2027-10-01,1,CRM",
        f"{key},,2026-10-01,2,CRM", f"{key},,2026-10-02,many,", f"{key},NPS,2026-10-02,1,", f"{parent},,2026-10-02,1,",
        f"{ratio},,2026-10-02,1,", f"{kenjis},,2026-10-02,1,", f"{hidden},,2026-10-02,1,", "G-999,,2026-10-02,1,",
        f"{closed},,2026-10-02,1,", "PR-1,,2026-10-02,1,", f"{key},,2026-10-03,1,children", by="mika",
    )  # fmt: skip
    assert found["state"] == "refused"
    assert {row for row, _field in complaints(found)} == set(range(3, 15))
    said = {error["row"]: error["problem"] for error in found["errors"]}
    assert said[10].replace(hidden, "") == said[11].replace("G-999", ""), "what is hidden looks like what is not there"
    assert count(company) == 0


def test_what_changed_since_the_check_is_seen_when_it_is_written(company: Company) -> None:
    key = measured_goal(company, "A")
    with company.indoors():
        actor = company.member("mika")
        rows = importing.MeasurementRows(actor, [{"goal": key, "on": date(2026, 10, 1), "value": "1"}], company.now)
        assert not rows.check(rows.rows[0]).problems
        db.session.query(Goal).update({"state": "closed", "result": "missed", "closed_at": company.now})
        db.session.commit()
        with pytest.raises(Invalid), atomic():
            rows.write()
    assert count(company) == 0


def test_a_member_who_helps_with_checking_in_may_a_guest_may_not(company: Company) -> None:
    key = measured_goal(company, "A")
    for name in ("nao", "agency"):
        helps(company, key, name, may_check_in=True)
    assert taken(company, "measurements", "goal,on,value", f"{key},2026-10-01,1", by="nao")["state"] == "done"


def test_the_operator_asks_nobody(company: Company, tmp_path: Any) -> None:
    key = measured_goal(company, "A")
    file = tmp_path / "figures.csv"
    file.write_text(f"goal,on,value\n{key},2026-10-01,12.5\n", encoding="utf-8")
    done = company.app.test_cli_runner().invoke(args=["import", "measurements", str(file)])
    assert done.exit_code == 0, done.output
    (row,) = figures_of(company, key)
    assert (str(row.value), row.recorded_by_id) == ("12.5", None)


def test_the_template_has_headers_in_the_readers_language(as_: Any) -> None:
    api: Api = as_("mika")
    assert api.get("/imports/measurements/template.csv").text.strip("\ufeff\r\n") == (
        "目標,指標,測定日,値,分子,分母,出典,サンプル数"
    )
    english: Api = as_("emma")
    assert "Sample size" in english.get("/imports/measurements/template.csv").text


@on_both
def test_five_thousand_rows_take_seconds_and_few_statements(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True)
    keys = [measured_goal(company, str(number), under={parent: 100}, period="day") for number in range(10)]
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(500)]
    rows = [f"{key},{day},{day.day},CRM" for key in keys for day in days]
    number = hand_in(company, "measurements", "\n".join(["goal,on,value,source", *rows]).encode(), by="mika")
    said: list[str] = []
    with company.indoors():
        event.listen(db.engine, "before_cursor_execute", lambda *about: said.append(about[2]))
    began = time.monotonic()
    run(company, number)
    took = time.monotonic() - began
    assert report(company, number, by="mika")["changes"]["added"] == 5000
    assert sum("imports" not in statement and "BEGIN" not in statement for statement in said) < 50
    assert took < 30
    assert len(figures_of(company, parent)) == 17
    assert main_of(company, keys[0]).measured_on == days[-1]


def test_a_figure_by_hand_is_not_undone_by_the_same_file_again(company: Company) -> None:
    key = measured_goal(company, "A")
    rows = ("goal,on,value,source", f"{key},2026-11-01,10,CRM")
    taken(company, "measurements", *rows, by="mika")
    say(company, key, value="60", source="mika")
    taken(company, "measurements", *rows, by="mika")
    assert progress_of(company, key) == 60
