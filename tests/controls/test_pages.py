"""The pages of administrators: what they show, to whom, and what becomes of a form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from collab.audit import queries as audit
from collab.calendars.queries import find_body
from collab.controls import queries, service
from collab.people import queries as people
from collab.people import service as staffing
from tests.approvals.test_service_planning import route
from tests.factories import NOW, Company
from tests.parts.clients import Api, Pages
from tests.parts.every_page import speak

PAGES = (
    "/admin", "/admin/changes", "/admin/members", "/admin/members/mika@example.com", "/admin/members/agency@example.com",
    "/admin/members/left@example.com", "/admin/departments", "/admin/departments/marketing", "/admin/offices",
    "/admin/delegations", "/admin/sites", "/admin/calendars", "/admin/calendars/tokyo",
)  # fmt: skip
FORMS = ("/admin/members/new", "/admin/members/mika@example.com/leave", "/admin/calendars/new")


def test_administrators_and_auditors_see_them_all_and_nobody_else(pages_as: Callable[[str], Pages]) -> None:
    for who, answer in (("admin", 200), ("auditor", 200), ("mika", 403), ("agency", 403)):
        reader = pages_as(who)
        found = {page: reader.get(page).status_code for page in PAGES}
        assert found == dict.fromkeys(PAGES, answer), who


def test_an_auditor_finds_no_form_there(pages_as: Callable[[str], Pages]) -> None:
    auditor = pages_as("auditor")
    for page in PAGES:
        main = auditor.get(page).text.partition("<main")[2]
        assert 'method="post"' not in main, page
    for page in FORMS:
        assert auditor.get(page).status_code == 403, page


def test_a_proposal_goes_from_the_page_of_offices_to_the_ceo_and_into_force(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    admin, ceo = pages_as("admin"), pages_as("ceo")
    form = {"office": "CFO", "member": "nao@example.com", "acting": "yes", "from_on": "", "until_on": "2026-12-31"}
    refused = admin.send("/admin/offices/give", {**form, "reason": ""}, page="/admin/offices")
    assert refused.status_code == 422
    assert 'value="2026-12-31"' in refused.text
    sent = admin.send("/admin/offices/give", {**form, "reason": "Emi is on leave."}, page="/admin/offices")
    here = sent.headers["Location"]
    assert here == "/admin/changes/CC-1"
    mine = admin.get(here).text
    assert "Somebody else confirms it" in mine or "別の人" in mine
    assert f'{here}/confirm"' not in mine
    assert "/admin/changes/CC-1" in ceo.get("/").text
    theirs = ceo.get(here).text
    assert f'{here}/confirm"' in theirs
    done = ceo.send(f"{here}/confirm", {"seen_version": "1"}, page=here)
    assert done.status_code == 303
    with company.indoors():
        assert people.organisation(NOW).offices["CFO"] == company.member("nao").id
    again = pages_as("cfo").send(f"{here}/confirm", {"seen_version": "1"}, page="/me")
    assert again.status_code == 409
    assert "青木 陽翔" in again.text, "who was quicker"


def test_turning_down_needs_words(pages_as: Callable[[str], Pages]) -> None:
    admin, ceo = pages_as("admin"), pages_as("ceo")
    form = {"member": "kenji@example.com", "from_on": "", "reason": "Rin moves on."}
    here = admin.send("/admin/departments/sales/lead", form, page="/admin/departments/sales").headers["Location"]
    assert ceo.send(f"{here}/decline", {"reason": " "}, page=here).status_code == 422
    assert ceo.send(f"{here}/decline", {"reason": "Not this year."}, page=here).status_code == 303
    assert "Not this year." in admin.get(here).text


def test_a_new_office_with_its_first_holder_decides_on_routes_once_a_second_person_confirmed_it(
    company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api]
) -> None:
    admin, cfo, here = pages_as("admin"), pages_as("cfo"), "/admin/offices"
    form = {
        "code": "CISO",
        "name_en": "Chief Security Officer",
        "name_ja": "最高情報セキュリティ責任者",
        "from_on": "",
        "reason": "Board.",
    }
    assert "CMO" in admin.send(here, {**form, "code": "cmo", "holder": ""}, page=here).text, (
        "capitals alone are no other office"
    )
    sent = admin.send(here, {**form, "holder": "kenji@example.com"}, page=here)
    change = sent.headers["Location"]
    assert "CISO" not in [row["code"] for row in as_("admin").get("/offices").json], (
        "nothing is there before it is confirmed"
    )
    assert "最高情報セキュリティ責任者" in cfo.get(change).text
    assert pages_as("kenji").send(f"{change}/confirm", {"seen_version": "1"}, page="/me").status_code == 403, (
        "it is given to them"
    )
    assert cfo.send(f"{change}/confirm", {"seen_version": "1"}, page=change).status_code == 303
    made = next(row for row in as_("admin").get("/offices").json if row["code"] == "CISO")
    assert [term["member"] for term in made["terms"]] == ["kenji@example.com"]
    company.routes(route("office:CISO"))
    key = company.filed("mika", category="other")
    waiting = as_("mika").get(f"/purchases/{key}").json["waiting_for"]
    assert [(row["member"], row["office"]) for row in waiting] == [("kenji@example.com", "CISO")]
    with company.indoors():
        entry = next(one for one in audit.list_entries("office:CISO") if one.verb == "control_taken")
        assert (entry.details["proposed_by"], entry.details["confirmed_by"]) == ("admin@example.com", "cfo@example.com")


@pytest.mark.parametrize("page", ["/admin/offices/CMO/names", "/admin/departments/marketing/names"])
@pytest.mark.parametrize("who", ["mika", "agency"])
def test_what_was_typed_wrongly_opens_no_page_to_whoever_may_not_see_it(
    pages_as: Callable[[str], Pages], who: str, page: str
) -> None:
    answer = pages_as(who).send(page, {"name_en": "", "name_ja": ""}, page="/me")
    assert answer.status_code == 403
    assert "cfo@example.com" not in answer.text


def test_an_office_is_called_otherwise_by_one_administrator_and_keeps_its_code(
    company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api]
) -> None:
    admin, here = pages_as("admin"), "/admin/offices/CMO/names"
    assert admin.send(here, {"name_en": "Customer Officer", "name_ja": ""}, page="/admin/offices").status_code == 422
    assert (
        admin.send(
            here, {"name_en": "Customer Officer", "name_ja": "最高顧客責任者"}, page="/admin/offices"
        ).status_code
        == 303
    )
    assert "最高顧客責任者" in admin.get("/admin/offices").text
    names = {"name_en": "CMO", "name_ja": "最高マーケティング責任者"}
    assert as_("mika").patch("/offices/CMO", names).status_code == 403
    assert as_("admin").patch("/offices/COO", names).status_code == 404
    assert as_("admin").patch("/offices/CMO", names).status_code == 204
    with company.indoors():
        assert [entry.verb for entry in audit.list_entries("office:CMO")] == ["office_renamed", "office_renamed"]


@pytest.mark.parametrize(
    ("where", "address", "form", "control"),
    [
        ("/admin/members/mika@example.com", "/role", {"role": "auditor", "held": "yes"}, "member.role"),
        ("/admin/members/mika@example.com", "/manager", {"manager": "nao@example.com"}, "member.manager"),
        ("/admin/departments", "", {"code": "legal", "name_en": "Legal", "name_ja": "法務部", "side": "business"}, "department.add"),
        ("/admin/departments/sales", "/side", {"side": "it"}, "department.side"),
        ("/admin/departments/sales", "/close", {}, "department.close"),
        ("/admin/offices", "", {"code": "CISO", "name_en": "Chief Information Security Officer", "name_ja": "最高情報セキュリティ責任者"}, "office.add"),
        ("/admin/offices", "/end", {"term": "CMO:cmo@example.com:no"}, "office.end"),
        ("/admin/sites", "", {"site": "osaka", "name_en": "Osaka", "name_ja": "大阪", "zone": "Asia/Tokyo", "calendar": "tokyo"}, "site.add"),
        ("/admin/sites", "", {"verb": "change", "site": "london", "calendar": "tokyo"}, "site.put"),
    ],
)  # fmt: skip
def test_every_form_proposes_and_changes_nothing(
    company: Company, pages_as: Callable[[str], Pages], where: str, address: str, form: dict[str, str], control: str
) -> None:
    admin = pages_as("admin")
    assert admin.send(where + address, {**form, "from_on": "", "reason": ""}, page=where).status_code == 422
    sent = admin.send(where + address, {**form, "from_on": "2026-11-25", "reason": "As agreed."}, page=where)
    assert sent.status_code == 303, sent.text
    with company.indoors():
        change = queries.find_change("CC-1")
        assert change is not None
        assert (change.code, change.state, str(change.from_on)) == (control, "open", "2026-11-25")
    assert admin.get(sent.headers["Location"]).status_code == 200


def test_a_new_site_takes_no_code_that_is_taken_and_a_change_makes_no_new_one(
    company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api]
) -> None:
    new = {"site": "london", "name_en": "Osaka", "name_ja": "大阪", "zone": "Asia/Tokyo", "calendar": "tokyo"}
    admin, here, dated = pages_as("admin"), "/admin/sites", {"from_on": "", "reason": "It opens."}
    refused = admin.send(here, {"verb": "add", **new, **dated}, page=here)
    assert refused.status_code == 422
    assert refused.text.count("コード london はすでに使われています。") == 2, "above the form and at the field"
    assert admin.send(here, {"verb": "change", **new, **dated, "site": "osaka"}, page=here).status_code == 422
    for control, site in (("site.add", "london"), ("site.add", "London"), ("site.put", "osaka")):
        said = as_("admin").post(
            "/changes", {"control": control, "fields": {**new, "site": site}, "reason": "It opens."}
        )
        assert (said.status_code, list(said.json["errors"])) == (422, ["site"]), (control, site)
    with company.indoors():
        assert queries.find_change("CC-1") is None


def test_whoever_was_quicker_with_a_new_site_keeps_it(company: Company, pages_as: Callable[[str], Pages]) -> None:
    new = {
        "verb": "add",
        "site": "osaka",
        "zone": "Asia/Tokyo",
        "calendar": "tokyo",
        "from_on": "",
        "reason": "It opens.",
    }
    admin, ceo, here = pages_as("admin"), pages_as("ceo"), "/admin/sites"
    for name in ("Osaka", "Osaka North"):
        assert admin.send(here, {**new, "name_en": name, "name_ja": name}, page=here).status_code == 303
    assert "拠点の新設: Osaka North" in ceo.get("/admin/changes/CC-2").text
    answers = [
        ceo.send(f"/admin/changes/{key}/confirm", {"seen_version": "1"}, page=f"/admin/changes/{key}").status_code
        for key in ("CC-1", "CC-2")
    ]
    assert answers == [303, 409]
    assert "Osaka North" not in admin.get(here).text


def test_roles_begin_a_line_as_other_titles_do(company: Company, pages_as: Callable[[str], Pages]) -> None:
    speak(company, "en")
    page = pages_as("admin").get("/admin/members/mika@example.com").text
    assert "<h2>Administrator</h2>" in page
    assert "<h2>Auditor</h2>" in page


def test_adding_editing_and_leaving_need_nobody_else(company: Company, pages_as: Callable[[str], Pages]) -> None:
    admin = pages_as("admin")
    new = {
        "email": "hana@example.com",
        "name_en": "Hana Mori",
        "name_ja": "森 花",
        "department": "sales",
        "site": "tokyo",
        "locale": "",
    }
    assert admin.send("/admin/members", {**new, "email": "hana"}, page="/admin/members/new").status_code == 422
    assert admin.send("/admin/members", new, page="/admin/members/new").status_code == 303
    assert admin.send("/admin/members", new, page="/admin/members/new").status_code == 409
    here = "/admin/members/hana@example.com"
    changed = {
        "name_en": "Hana Mori",
        "name_ja": "森 はな",
        "department": "it",
        "site": "london",
        "locale": "ja",
        "zone": "",
    }
    assert admin.send(here, {**changed, "zone": "Mars/Base"}, page=here).status_code == 422
    assert admin.send(here, changed, page=here).status_code == 303
    with company.indoors():
        hana = people.find_actor_by_email("hana@example.com", NOW)
        assert hana is not None
        assert (hana.name_ja, hana.departments, hana.calendar, hana.locale) == ("森 はな", ("it",), "london", "ja")
        verbs = [entry.verb for entry in audit.list_entries("member:hana@example.com")]
        assert verbs == ["member_added", "member_changed"]
    assert admin.send(f"{here}/leave", {}, page=f"{here}/leave").status_code == 303
    with company.indoors():
        assert not people.find_actor_by_email("hana@example.com", NOW).active  # type: ignore[union-attr]


def test_what_a_leaver_leaves_behind_is_shown_beforehand(company: Company, pages_as: Callable[[str], Pages]) -> None:
    company.filed("mika")
    shown = pages_as("admin").get("/admin/members/cmo@example.com/leave").text
    assert "最高マーケティング責任者" in shown
    assert "マーケティング部" in shown
    assert "1件が別の人に移ります" in shown


def test_the_last_administrator_cannot_remove_themselves(company: Company, pages_as: Callable[[str], Pages]) -> None:
    here = "/admin/members/admin@example.com"
    admin = pages_as("admin")
    assert admin.send(f"{here}/leave", {}, page=f"{here}/leave").status_code == 409
    sent = admin.send(f"{here}/role", {"role": "admin", "held": "no", "from_on": "", "reason": "I go."}, page=here)
    assert sent.status_code == 422
    with company.indoors():
        assert people.find_actor_by_email("admin@example.com", NOW).is_admin  # type: ignore[union-attr]


def test_members_are_found_by_words_department_role_and_state(pages_as: Callable[[str], Pages]) -> None:
    admin = pages_as("admin")
    for query, names in (
        ("words=田辺", {"mika"}), ("words=MIKA", {"mika"}), ("department=marketing", {"cmo", "mika", "nao"}),
        ("role=auditor", {"auditor"}), ("state=guest", {"agency"}), ("state=left", {"left"}),
        ("role=office&department=finance", {"ceo", "cfo"}), ("words=nobody", set()),
    ):  # fmt: skip
        text = admin.get(f"/admin/members?{query}").text
        found = {
            name
            for name in ("mika", "cmo", "nao", "auditor", "agency", "left", "ceo", "cfo")
            if f"/admin/members/{name}@" in text
        }
        assert found == names, query


def test_a_calendar_is_proposed_with_what_is_wrong_line_by_line(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    admin, here = pages_as("admin"), "/admin/calendars/tokyo"
    bad = 'code = "tokyo"\nzone = "Asia/Tokio"\nholidays = "JP"\n[hours]\nmon = ["09:00-12:00"]\ntue = ["9-12"]\n'
    refused = admin.send(here, {"text": bad, "reason": "x", "from_on": ""}, page=here)
    assert refused.status_code == 422
    for line in ("2行目", "6行目"):
        assert line in refused.text
    good = bad.replace("Tokio", "Tokyo").replace("9-12", "10:00-12:00")
    sent = admin.send(here, {"text": good, "reason": "Later on Tuesdays.", "from_on": ""}, page=here)
    assert sent.status_code == 303
    where = sent.headers["Location"]
    ceo = pages_as("ceo")
    assert "10:00-12:00" in ceo.get(where).text
    assert ceo.send(f"{where}/confirm", {"seen_version": "1"}, page=where).status_code == 303
    with company.indoors():
        assert find_body("tokyo")["hours"]["tue"] == ["10:00-12:00"]  # type: ignore[index]


def test_a_calendar_can_be_tried(pages_as: Callable[[str], Pages]) -> None:
    page = pages_as("admin").get("/admin/calendars/tokyo?span=2bd&start=2026-11-20T10:00").text
    assert "11月25日（水） 10:00" in page, "over a weekend and a holiday"
    assert pages_as("admin").get("/admin/calendars/tokyo?span=soon").status_code == 200
    assert pages_as("admin").get("/admin/calendars/tokyo?month=1066-13").status_code == 404
    assert pages_as("admin").get("/admin/calendars/mars").status_code == 404


def test_a_change_over_the_api(app: Flask, company: Company, as_: Callable[[str | None], Api]) -> None:
    body = {"control": "office.give", "fields": {"office": "CIO", "member": "kenji@example.com"}, "reason": "Agreed."}
    admin = as_("admin")
    assert as_("mika").post("/changes", body).status_code == 403
    assert admin.post("/changes", {**body, "control": "office.paint"}).status_code == 404
    assert admin.post("/changes", {**body, "fields": {"office": "CIO"}}).json["errors"].keys() == {"member"}
    made = admin.post("/changes", body)
    assert (made.status_code, made.json["key"], made.json["state"]) == (201, "CC-1", "open")
    assert made.json["may_confirm"] == ["ceo@example.com", "cfo@example.com"]
    assert admin.post("/changes/CC-1/confirm", {"seen_version": 1}).status_code == 403
    assert as_("mika").get("/changes/CC-1").status_code == 404
    assert as_("ceo").post("/changes/CC-1/confirm", {"seen_version": 7}).status_code == 409
    done = as_("ceo").post("/changes/CC-1/confirm", {"seen_version": 1})
    assert (done.status_code, done.json["state"], done.json["confirmed_by"]) == (200, "taken", "ceo@example.com")
    assert [row["key"] for row in as_("auditor").get("/changes").json] == ["CC-1"]
    assert as_("auditor").get("/changes?waiting=true").json == []
    assert as_("mika").get("/changes").status_code == 403


def test_nobody_can_confirm_and_the_page_says_who_must_be_named(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    with company.indoors():
        for name in ("ceo", "cfo"):
            staffing.deactivate(f"{name}@example.com", by=None, now=NOW)
        fields = {"office": "CMO", "member": "nao@example.com"}
        service.propose(company.member("admin"), "office.give", fields, reason="?", now=NOW)
    admin = pages_as("admin")
    for page in ("/admin", "/admin/changes/CC-1"):
        assert "CFO" in admin.get(page).text.partition("<main")[2].partition("<form")[0]
