"""Readers and questions of a request over the API and on its page."""

from __future__ import annotations

import re
from collections.abc import Callable

from collab.approvals import service
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.clients import Api, Pages

As = Callable[[str], Api]
PagesAs = Callable[[str], Pages]


def test_circulating_reading_asking_and_answering_over_the_api(company: Company, as_: As) -> None:
    key = company.filed(visibility="involved")
    tag = as_("cmo").get(f"/purchases/{key}").headers["ETag"]
    assert as_("emma").get(f"/purchases/{key}/readings").status_code == 404
    given = as_("mika").post(
        f"/purchases/{key}/circulate", {"members": ["emma@example.com"], "confirm": True, "note": "For your plans"}
    )
    assert given.status_code == 200, given.text
    assert as_("cmo").get(f"/purchases/{key}").headers["ETag"] != tag
    row = as_("emma").get(f"/purchases/{key}/readings?unread=yes").json[0]
    assert (row["member"], row["why"], row["asked_by"], row["note"], row["read_at"]) == (
        "emma@example.com", "circulate", "mika@example.com", "For your plans", None,
    )  # fmt: skip
    assert as_("emma").get(f"/purchases/{key}").json["total"] == "500000"
    assert [one["key"] for one in as_("emma").get("/me/inbox").json] == [key]
    assert as_("emma").post(f"/purchases/{key}/read").json["why"] == ["circulate"]
    assert as_("emma").post(f"/purchases/{key}/read").status_code == 200
    assert as_("emma").get(f"/purchases/{key}/readings?unread=yes").json == []

    asked = as_("cmo").post(f"/purchases/{key}/questions", {"member": "kenji@example.com", "question": "On our cloud?"})
    assert (asked.status_code, asked.json["state"]) == (201, "open")
    path = f"/purchases/{key}/questions/{asked.json['id']}/answer"
    assert as_("emma").post(path, {"answer": "Yes"}).status_code == 403
    assert as_("kenji").post(path, {"answer": "Yes"}).json["answer"] == "Yes"
    again = as_("kenji").post(path, {"answer": "No"})
    assert (again.status_code, again.json["code"]) == (409, "already_answered")
    told = as_("mika").get(f"/purchases/{key}").json["questions"]
    assert [(one["asker"], one["member"], one["answer"]) for one in told] == [
        ("cmo@example.com", "kenji@example.com", "Yes")
    ]
    verbs = [event["verb"] for event in as_("auditor").get(f"/purchases/{key}/history").json]
    assert verbs[-4:] == ["circulate", "read", "ask", "answer"]


def test_what_cannot_be_is_said_field_by_field(company: Company, as_: As) -> None:
    key = company.filed(visibility="company")
    for body, field in (({}, "members"), ({"members": []}, "members"), ({"members": ["x@example.com"]}, "members")):
        assert field in as_("mika").post(f"/purchases/{key}/circulate", body).json["errors"]
    for body, field in (
        ({"member": "kenji@example.com"}, "question"),
        ({"member": "cio@example.com", "question": "?"}, "member"),
    ):
        assert field in as_("cmo").post(f"/purchases/{key}/questions", body).json["errors"]
    assert as_("kenji").get(f"/purchases/{key}/readings").status_code == 403  # who only knows that it exists
    assert "questions" in as_("kenji").get(f"/purchases/{key}").json
    assert as_("kenji").post(f"/purchases/{key}/read").status_code == 403
    assert as_("cmo").post(f"/purchases/{key}/questions/99/answer", {"answer": "Yes"}).status_code == 404
    assert as_("mika").post(f"/purchases/{key}/read", {"answer": "No"}).status_code == 403


def test_a_reader_confirms_on_the_page_and_the_panel_names_who_has_yet_to(company: Company, pages_as: PagesAs) -> None:
    company.routes(route("member:nao@example.com", "office:CFO", "office:CMO"))
    key = company.filed(category="other")
    with company.indoors():
        service.lift(key=key, actor=company.member("cmo"), comment="Urgent", now=company.later())
    nao, path = pages_as("nao"), f"/purchases/{key}"
    page = nao.get(path).text
    assert "2名が未確認です" in page
    assert f'action="{path}/read"' in page
    assert f'action="{path}/read"' not in pages_as("mika").get(path).text
    assert nao.send(f"{path}/read", {}, page=path).status_code == 303
    page = nao.get(path).text
    assert "1名が未確認です" in page
    assert f'action="{path}/read"' not in page


def test_asking_and_answering_on_the_page_keeps_what_was_typed(company: Company, pages_as: PagesAs) -> None:
    key = company.filed()
    path, cmo, kenji = f"/purchases/{key}", pages_as("cmo"), pages_as("kenji")
    refused = cmo.send(
        f"{path}/questions", {"form": "questions", "member": "cio@example.com", "question": "Why <now>?"}, page=path
    )
    assert refused.status_code == 422
    assert "Why &lt;now&gt;?" in refused.text
    sent = {"form": "questions", "member": "kenji@example.com", "question": "Why <now>?"}
    assert cmo.send(f"{path}/questions", sent, page=path).status_code == 303
    page = kenji.get(path).text
    answer = re.search(rf'action="({path}/questions/\d+/answer)"', page)
    assert answer, page
    assert kenji.send(answer[1], {"form": "x", "answer": " "}, page=path).status_code == 422
    assert kenji.send(answer[1], {"answer": "It ends in May"}, page=path).status_code == 303
    assert "It ends in May" in cmo.get(path).text
    assert "/answer" not in kenji.get(path).text


def test_circulating_on_the_page(company: Company, pages_as: PagesAs) -> None:
    key = company.filed()
    path, mika = f"/purchases/{key}", pages_as("mika")
    sent = {"form": "circulate", "members": ["kenji@example.com", "", "nao@example.com"], "note": "For your plans"}
    assert mika.send(f"{path}/circulate", sent, page=path).status_code == 303
    assert "参考回覧" in mika.get(path).text
    assert "500,000" in pages_as("kenji").get(path).text
    refused = mika.send(f"{path}/circulate", {**sent, "members": ["agency@example.com"]}, page=path)
    assert refused.status_code == 422
    assert "ゲスト" in refused.text
