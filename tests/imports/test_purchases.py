"""Requests from a file become drafts, all of them or none."""

from __future__ import annotations

from collections.abc import Callable

from collab.audit import queries as audit
from tests.factories.company import Company
from tests.imports.files import complaints, hand_in, report, run, taken
from tests.parts.clients import Api
from tests.parts.databases import on_both

FILE = (
    "件名,申請者メール,目的,取引先,区分,金額,税込,支払い方法,契約月数,個人情報,目標,必要な日,効果額\r\n"
    'ＭＡツール,mika@example.com,"1行目\r\n2行目",ひかり,マーケティングテクノロジー,"￥１，２００，０００",はい,monthly,１２,なし,Ｇ－１,2027/1/15,500000\r\n'
)


@on_both
def test_a_cp932_row_becomes_a_draft_of_the_requester_with_exact_amounts(
    company: Company, as_: Callable[[str], Api]
) -> None:
    content = FILE.replace("マーケティングテクノロジー", "martech").encode("cp932")
    number = hand_in(company, "purchases", content, by="cmo")
    run(company, number)
    found = report(company, number, by="cmo")
    assert (found["state"], found["errors"]) == ("done", [])
    mine = as_("mika").get("/purchases?mine=true").json
    assert [row["title"] for row in mine] == ["ＭＡツール"]
    whole = as_("mika").get(f"/purchases/{mine[0]['key']}").json
    assert (whole["status"], whole["amount"], whole["total"]) == ("draft", "1200000", "14400000")
    assert (whole["purpose"].split(), whole["goal"], whole["needed_by_on"]) == (["1行目", "2行目"], "G-1", "2027-01-15")
    with company.indoors():
        entry = audit.list_entries(mine[0]["key"])[0]
        assert (entry.verb, entry.actor, entry.details["imported"]) == ("draft", "cmo@example.com", True)


def test_one_bad_amount_of_many_and_no_draft_is_written(company: Company, as_: Callable[[str], Api]) -> None:
    rows = [f"Tool {i},1000" for i in range(300)]
    rows[41] = "Tool 41,1000.5"
    found = taken(company, "purchases", "title,amount", *rows, by="cmo")
    assert (found["state"], complaints(found)) == ("refused", [(43, "amount")])
    assert as_("cmo").get("/purchases?mine=true").json == []


def test_every_field_a_person_can_get_wrong_is_named(company: Company) -> None:
    header = "title,currency,goal,business_owner,after_the_fact_on,department,category,term_months"
    found = taken(company, "purchases", header, "A,ABC,,,,,,", "B,,G-99,,,,,", "C,,,nobody@example.com,,,,", "D,,,,2026-11-01,,,",
                  "E,,,,,warehouse,,", "F,,,,,,toys,", "G,,,,,,,０", by="cmo")  # fmt: skip
    assert [field for _row, field in complaints(found)] == [
        "currency", "goal", "business_owner", "after_the_fact_reason", "department", "category", "term_months",
    ]  # fmt: skip


def test_a_lead_imports_for_their_own_people_only(company: Company) -> None:
    assert taken(company, "purchases", "title,requester", "A,emma@example.com", by="sales-lead")["state"] == "done"
    refused = taken(company, "purchases", "title,requester", "A,mika@example.com", by="sales-lead")
    assert complaints(refused) == [(2, "requester")]
    assert complaints(taken(company, "purchases", "title,requester", "A,agency@example.com", by="cmo")) == [
        (2, "requester")
    ]
