"""The API and the pages of imports, from the outside."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from tests.factories.company import Company
from tests.imports.files import confirm_waiting, run
from tests.parts.clients import Api, Pages

GOOD = "code,name_en,name_ja,side\nlegal,Legal,法務部,business\n".encode()
BAD = "code,name_en,name_ja,side\n法務,Legal,法務部,business\n".encode()


def form(kind: str, content: bytes, **more: str) -> dict[str, Any]:
    return {"kind": kind, "file": (io.BytesIO(content), f"{kind}.csv"), **more}


def test_a_file_is_accepted_at_once_and_the_worker_is_woken_after_the_commit(
    company: Company, as_: Callable[[str], Api]
) -> None:
    rung: list[str] = []
    company.app.extensions["wake"] = rung.append
    answer = as_("admin").send("POST", "/imports", data=form("departments", GOOD))
    assert (answer.status_code, answer.json["state"]) == (202, "waiting")
    assert rung == [f"imports:{answer.json['id']}"]
    where = answer.headers["Location"]
    run(company, answer.json["id"])
    done = as_("admin").get(where).json
    assert (done["state"], done["total"], done["changes"]["added"], done["errors"]) == ("done", 1, 1, [])
    assert done["changes"]["list"][0]["mark"]
    legal = lambda: [row["code"] for row in as_("mika").get("/departments").json if row["code"] == "legal"]  # noqa: E731
    assert legal() == []
    confirm_waiting(company)
    assert legal() == ["legal"]


def test_the_preview_is_confirmed_by_its_owner_alone(company: Company, as_: Callable[[str], Api]) -> None:
    answer = as_("admin").send("POST", "/imports", data=form("departments", GOOD, preview_only="true"))
    number = answer.json["id"]
    run(company, number)
    assert as_("admin").get(f"/imports/{number}").json["state"] == "previewed"
    assert as_("cmo").get(f"/imports/{number}").status_code == 404
    assert as_("cmo").post(f"/imports/{number}/confirm").status_code == 404
    assert as_("admin").post(f"/imports/{number}/confirm").status_code == 202
    run(company, number)
    assert as_("admin").get(f"/imports/{number}").json["state"] == "done"
    assert as_("admin").post(f"/imports/{number}/confirm").json["code"] == "import_not_previewed"


def test_what_cannot_be_taken_is_refused_by_field(as_: Callable[[str], Api]) -> None:
    admin = as_("admin")
    assert admin.send("POST", "/imports", data={"kind": "departments"}).json["errors"].keys() == {"file"}
    assert admin.send("POST", "/imports", data=form("payslips", GOOD)).json["errors"].keys() == {"kind"}
    assert admin.send("POST", "/imports", data=form("departments", b"")).json["errors"].keys() == {"file"}
    assert admin.send("POST", "/imports", data=form("departments", b"a\x00b")).status_code == 422
    assert as_("mika").send("POST", "/imports", data=form("departments", GOOD)).status_code == 403
    assert as_(None).send("POST", "/imports", data=form("departments", GOOD)).status_code == 401


def test_the_template_has_headers_in_the_callers_language_and_reads_back(
    company: Company, as_: Callable[[str], Api]
) -> None:
    body = as_("admin").get("/imports/departments/template.csv").data
    assert body.decode("utf-8-sig").startswith("部門コード,英語名,日本語名,側,部門長メール,適用日")
    filled = body + "legal,Legal,法務部,business,,\r\n".encode()
    number = as_("admin").send("POST", "/imports", data=form("departments", filled)).json["id"]
    run(company, number)
    assert as_("admin").get(f"/imports/{number}").json["state"] == "done"
    assert as_("admin").get("/imports/payslips/template.csv").status_code == 404


def test_a_person_previews_confirms_and_reads_the_report(company: Company, pages_as: Callable[[str], Pages]) -> None:
    admin = pages_as("admin")
    sent = admin.send("/imports", form("departments", GOOD), page="/imports")
    where = sent.headers["Location"]
    number = int(where.rpartition("/")[2])
    waiting = admin.get(where).text
    assert 'http-equiv="refresh"' in waiting, "it moves on without JavaScript"
    run(company, number)
    preview = admin.get(where).text
    assert "legal" in preview
    assert "refresh" not in preview
    assert re.search(r'action="/imports/\d+/confirm"', preview)
    assert admin.send(f"{where}/confirm", {}, page=where).status_code == 303
    run(company, number)
    assert "1行をすべて取り込みました" in admin.get(where).text


def test_a_refused_file_shows_row_column_and_problem(company: Company, pages_as: Callable[[str], Pages]) -> None:
    admin = pages_as("admin")
    where = admin.send("/imports", form("departments", BAD), page="/imports").headers["Location"]
    run(company, int(where.rpartition("/")[2]))
    page = admin.get(where).text
    for word in ("何も書き込まれていません", "2行目", "部門コード", "半角英数字"):
        assert word in page


def test_the_form_says_what_is_missing_and_a_member_imports_tasks_and_measurements_only(
    pages_as: Callable[[str], Pages],
) -> None:
    refused = pages_as("admin").send("/imports", {}, page="/imports")
    assert refused.status_code == 422
    assert "入力してください" in refused.text
    offered = re.findall(r"/imports/(\w+)/template.csv", pages_as("mika").get("/imports").text)
    assert set(offered) == {"tasks", "measurements"}
    assert pages_as("agency").get("/imports").status_code == 403
