"""The forms of goals and of the customer's way: without a script, in both languages, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import goal, metric_ids, owners, row
from tests.parts.clients import Pages

As = Callable[[str], Pages]
HOSTILE = "<script>alert(1)</script>"
FORM = {
    "title": "Answer within four hours", "accountable.0.member": address("mika"), "accountable.1.member": address("kenji"),
    "period": "FY2026-H2", "metric.name": "Answered", "metric.type": "csat", "metric.kind": "increase", "metric.unit": "%",
    "metric.baseline": "６１．５", "metric.target": "90", "parents.0.goal": "G-1 Answer every customer within a day",
    "parents.0.kind": "contribute", "parents.0.share": "40", "parents.1.kind": "support", "kind": "goal", "state": "draft",
}  # fmt: skip


def test_a_goal_is_written_on_one_page(pages_as: As, company: Company) -> None:
    cmo = pages_as("cmo")
    made = cmo.send("/goals", FORM, page="/goals/new")
    assert made.status_code == 303, made.text
    key = made.location.rpartition("/")[2]
    assert [one.department_code for one in owners(company, key)] == ["marketing", "it"]
    assert row(company, key).due_on.isoformat() == "2027-03-31"  # type: ignore[union-attr]
    assert cmo.get(made.location).status_code == 200


def test_refused_nothing_typed_is_lost(pages_as: As) -> None:
    wrong = {**FORM, "title": "", "outcome": HOSTILE, "metric.target": "1", "parents.0.share": "140"}
    answer = pages_as("cmo").send("/goals", wrong, page="/goals/new")
    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.text
    assert HOSTILE not in answer.text
    for kept in ('value="140"', 'value="６１．５"', f'value="{address("kenji")}" selected'):
        assert kept in answer.text, kept
    assert 'aria-invalid="true"' in answer.text


def test_everybody_proposes_guests_and_auditors_do_not(pages_as: As, company: Company) -> None:
    mika = pages_as("mika")
    assert "候補として" in mika.get("/goals/new").text
    made = mika.send("/goals", {name: value for name, value in FORM.items() if name != "state"}, page="/goals/new")
    assert row(company, made.location.rpartition("/")[2]).state == "candidate"
    for name in ("agency", "auditor"):
        assert pages_as(name).get("/goals/new").status_code == 403


def test_a_link_fills_the_form(pages_as: As) -> None:
    text = pages_as("cmo").get("/goals/new?parent=G-1&title=Shorter+queues&state=closed").text
    assert 'value="Shorter queues"' in text
    assert 'value="G-1"' in text


def test_the_fields_follow_the_type(pages_as: As) -> None:
    cmo = pages_as("cmo")
    csat = cmo.get("/goals/new/metric?prefix=metric.&metric.type=csat&changed=type&metric.unit=pieces").text
    assert 'value="%"' in csat
    above = cmo.get("/goals/new/metric?prefix=metric.&metric.kind=stay_above").text
    assert above.index('id="f-metric.floor"') < above.index("<details")
    assert pages_as("agency").get("/goals/new/metric").status_code == 403


def test_each_part_is_changed_by_itself(pages_as: As, company: Company) -> None:
    key = goal(company, owners=("cmo",), state="draft")
    (metric,) = metric_ids(company, key)
    cmo, page = pages_as("cmo"), f"/goals/{key}/edit"
    assert cmo.get(page).status_code == 200
    said = {
        "title": "Better said",
        "starts_on": "2026-10-01",
        "due_on": "2027-06-30",
        "kind": "goal",
        "progress_from": "metric",
    }
    assert cmo.send(page, said, page=page).status_code == 303
    assert row(company, key).due_on.isoformat() == "2027-06-30"  # type: ignore[union-attr]
    assert (
        cmo.send(
            f"/goals/{key}/parents", {"parents.0.goal": "g-1", "parents.0.kind": "contribute"}, page=page
        ).status_code
        == 303
    )
    other = {"name": "Effort", "type": "ces", "kind": "decrease", "baseline": "4", "target": "3"}
    assert cmo.send(f"/goals/{key}/metrics", other, page=page).status_code == 303
    first, second = metric_ids(company, key)
    press = {**other, "then": "first"}
    assert cmo.send(f"/goals/{key}/metrics/{second}", press, page=page).status_code == 303
    assert metric_ids(company, key) == [second, metric]
    assert cmo.send(f"/goals/{key}/metrics/{first}", {**other, "then": "remove"}, page=page).status_code == 303
    assert metric_ids(company, key) == [second]


def test_a_running_goal_asks_why(pages_as: As, company: Company) -> None:
    key = goal(company, owners=("cmo",))
    page = f"/goals/{key}/edit"
    refused = pages_as("cmo").send(
        page, {"title": "Easier", "starts_on": "2026-10-01", "due_on": "2027-06-30"}, page=page
    )
    assert refused.status_code == 422
    assert 'value="Easier"' in refused.text
    assert 'value="2027-06-30"' in refused.text
    stale = pages_as("cmo").send(page, {"title": "Easier", "reason": "So", "version": "9"}, page=page)
    assert stale.status_code == 412
    assert pages_as("kenji").get(page).status_code == 403
    assert pages_as("agency").get(page).status_code == 404


def test_the_customers_way(pages_as: As, company: Company) -> None:
    cmo, page = pages_as("cmo"), "/goals/journey"
    care = {"code": "care", "name_en": "Care", "name_ja": "アフターケア", "department": "service"}
    assert cmo.send(page, care, page=page).status_code == 303
    visit = {
        "code": "visit",
        "name_en": "Visit",
        "name_ja": HOSTILE,
        "hands_to": "care",
        "hands_over": "What was bought",
    }
    assert cmo.send(page, visit, page=page).status_code == 303
    again = cmo.send(page, visit, page=page)
    assert again.status_code == 409
    refused = cmo.send(f"{page}/care", {**care, "name_ja": ""}, page=page)
    assert refused.status_code == 422
    goal(company, journey_stage="care")
    for _ in range(12):
        goal(company, journey_stage="care", state="draft")
    text = pages_as("mika").get(page).text
    assert "13件の目標をすべて見る" in text
    assert "G-3" in text  # what runs stands first
    assert "受け持つ部門がありません" in text
    assert text.count("この段階に関わる目標がありません") == 1
    assert HOSTILE not in text
    assert "What was bought" in text
    assert "段階を追加する" not in text
    assert pages_as("agency").get(page).status_code == 403
