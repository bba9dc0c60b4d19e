"""A draft shown to people before it is submitted: they read and comment, and decide nothing; a guest sees nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from collab.audit.queries import list_entries
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.purchases import queries, service
from collab.threads import queries as threads
from tests.factories import Company, request_fields
from tests.factories import threads as make
from tests.factories.threads import said, uploads
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both
from tests.parts.statements import statements

KENJI, AGENCY = "kenji@example.com", "agency@example.com"


def shared(
    company: Company, *members: str, by: str = "mika", note: str | None = "What do you think?", **fields: str
) -> str:
    """The key of a draft shown to these members."""
    key = company.drafted(by, **fields)
    show(company, key, *members, by=by, note=note)
    return key


def show(company: Company, key: str, *members: str, by: str = "mika", note: str | None = None) -> list[str]:
    with company.indoors():
        fresh = service.share(company.member(by), key, members, note, now=company.later())
        return [member.email for member in fresh]


def told(company: Company, key: str) -> list[tuple[str, int]]:
    with company.indoors():
        db.session.rollback()
        rows = db.session.execute(select(Message.kind, Message.member_id).where(Message.subject_key == key))
        return sorted((row.kind, row.member_id or 0) for row in rows)


@on_both
def test_whom_it_was_shown_to_sees_it_whole_and_hears_of_it_once(company: Company) -> None:
    key = shared(company, KENJI)
    assert show(company, key, KENJI, "nao@example.com") == ["nao@example.com"]
    with company.indoors():
        kenji = company.member("kenji")
        assert "shared" in queries.relations(kenji, queries.get_purchase(kenji, key))
        assert queries.amounts_visible(kenji, [queries.get_purchase(kenji, key)]) == {key}
        assert [row.key for row in queries.list_purchases(kenji, queries.Filter())[0]] == [key]
        shares = [entry for entry in list_entries(key) if entry.verb == "share"]
        assert [(entry.after["members"], entry.reason) for entry in shares] == [
            ([KENJI], "What do you think?"), (["nao@example.com"], None)
        ]  # fmt: skip
    assert told(company, key) == sorted(
        [("purchase.shared", company.id("kenji")), ("purchase.shared", company.id("nao"))]
    )


def test_the_cmo_sees_no_draft_until_it_is_shown(company: Company) -> None:
    key = company.drafted()
    with company.indoors(), pytest.raises(NotFound):
        queries.get_purchase(company.member("cmo"), key)
    show(company, key, "cmo@example.com")
    with company.indoors():
        assert queries.get_purchase(company.member("cmo"), key).key == key


def test_they_keep_seeing_it_and_never_decide_by_it(company: Company) -> None:
    key = shared(company, KENJI)
    with company.indoors():
        service.submit(company.member("mika"), key, now=company.later())
        kenji = company.member("kenji")
        assert queries.get_purchase(kenji, key).state == "pending"
        for verb in (service.submit, service.withdraw, service.drop):
            with pytest.raises((NotAllowed, NotNow)):
                verb(kenji, key, now=company.later())
    with pytest.raises(NotAllowed):
        company.decide(key, "kenji")


@pytest.mark.parametrize(
    ("members", "note", "field"),
    [
        ([], None, "members"), (["  "], None, "members"), (["nobody@example.com"], None, "members"), (["left@example.com"], None, "members"),
        ([f"m{number}@example.com" for number in range(31)], None, "members"), ([KENJI], "x" * 2001, "note"), ([KENJI], "a\0b", "note"),
    ],
)  # fmt: skip
def test_what_cannot_be_shared_is_named_and_nothing_is_written(
    company: Company, members: list[str], note: str | None, field: str
) -> None:
    key = company.drafted()
    with pytest.raises(Invalid) as refusal:
        show(company, key, *members, note=note)
    assert set(refusal.value.fields) == {field}
    assert told(company, key) == []


@pytest.mark.parametrize(
    ("by", "refused"), [("kenji", NotAllowed), ("nao", NotFound), ("auditor", NotFound), ("cmo", NotFound)]
)
def test_only_its_own_people_share_it(company: Company, by: str, refused: type[Exception]) -> None:
    key = shared(company, KENJI)
    with pytest.raises(refused):
        show(company, key, "nao@example.com", by=by)


def test_what_was_submitted_is_shown_to_nobody_more_until_it_comes_back(company: Company) -> None:
    key = company.filed()
    with pytest.raises(NotNow):
        show(company, key, KENJI)
    company.decide(key, "cmo", "return")
    assert show(company, key, KENJI) == [KENJI]


def test_a_guest_sees_the_draft_that_was_shown_and_nothing_else(company: Company, as_: Callable[[str], Api]) -> None:
    others = [company.drafted(), company.filed(visibility="company"), company.decided()]
    key = shared(company, AGENCY)
    agency = as_("agency")
    assert [row["key"] for row in agency.get("/purchases").json] == [key]
    shown = agency.get(f"/purchases/{key}").json
    assert (shown["total"], shown["purpose"]) == ("500000", "To answer customers within a day")
    for path in ("", "/history", "/route", "/rounds", "/shares"):
        assert agency.get(f"/purchases/{key}{path}").status_code == 200, path
        assert {agency.get(f"/purchases/{other}{path}").status_code for other in others} == {404}, path
    assert agency.get("/goals/G-1").status_code in (403, 404)
    for verb in ("submit", "withdraw", "drop", "copy", "share", "ask_to_return"):
        body = {"members": [KENJI]} if verb == "share" else {}
        assert agency.post(f"/purchases/{key}/{verb}", body).status_code == 403, verb
    assert agency.patch(f"/purchases/{key}", {"title": "Mine"}).status_code == 403
    assert agency.get("/search?q=Mail").status_code in (200, 404)


def test_a_guest_finds_on_the_page_of_a_draft_no_other_request(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    other = company.filed(title="A secret campaign")
    key = shared(company, AGENCY)
    page = pages_as("agency").get(f"/purchases/{key}").text
    assert "Mail campaign tool" in page
    assert other not in page
    assert "A secret campaign" not in page
    assert pages_as("agency").get(f"/purchases/{other}").status_code == 404


def test_a_guest_is_offered_no_paper_of_a_draft(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = shared(company, AGENCY, KENJI)
    paper = f"/purchases/{key}/paper"
    for name, offered, opens in (("kenji", True, 200), ("agency", False, 403)):
        pages = pages_as(name)
        assert (paper in pages.get(f"/purchases/{key}").text) is offered, name
        assert pages.get(paper).status_code == opens, name


def test_comments_and_files_begin_with_the_draft_stay_through_rounds_and_are_not_copied(company: Company) -> None:
    key = shared(company, KENJI)
    with company.indoors():
        said(company, "mika", key, "The offer", files=uploads("quote.pdf"))
        said(company, "kenji", key, "Too dear, I think.")
    heard = told(company, key)
    assert ("thread.told", company.id("mika")) in heard  # of Kenji's comment
    assert ("thread.told", company.id("kenji")) in heard  # of the offer: it was shown to him
    with company.indoors():
        service.submit(company.member("mika"), key, now=company.later())
    company.decide(key, "cmo", "return")
    with company.indoors():
        service.submit(company.member("mika"), key, now=company.later())
        assert threads.count_comments(key) == 2
        assert [file.name for file in threads.list_comments(company.member("cio"), key)[0].files] == ["quote.pdf"]
        fresh = service.copy(company.member("mika"), key, now=company.later())
        assert threads.count_comments(fresh.key) == 0
        assert queries.list_shared(fresh) == []
        with pytest.raises(NotFound):
            queries.get_purchase(company.member("kenji"), fresh.key)


def test_a_file_is_added_to_a_saved_draft_without_script(company: Company, pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    fields = {**request_fields(), "then": "draft"}
    saved = mika.send("/purchases", fields, page="/purchases/new")
    key = saved.headers["Location"].rpartition("/")[2]
    form = f"/purchases/{key}/edit"
    assert 'type="file"' in mika.get(form).text
    sent = {"body": "The offer", "files": (BytesIO(make.GOOD["quote.pdf"]), "quote.pdf")}
    assert mika.send(f"/threads/{key}", sent, page=form, content_type="multipart/form-data").status_code == 303
    assert "quote.pdf" in mika.get(f"/purchases/{key}").text


def test_it_is_shared_from_the_page_and_the_page_says_with_whom(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    key = company.drafted()
    mika = pages_as("mika")
    here = f"/purchases/{key}"
    nobody = mika.send(f"{here}/share", {"members": ["", "", ""], "comment": "Hello"}, page=here)
    assert nobody.status_code == 422
    assert "Hello" in nobody.text
    assert (
        mika.send(f"{here}/share", {"members": [KENJI, AGENCY, ""], "comment": "Please look"}, page=here).status_code
        == 303
    )
    page = mika.get(here).text
    assert 'id="shown-to"' in page
    assert "小野 健二" in page
    kenjis = pages_as("kenji").get(here).text
    assert "Please look" in kenjis
    assert f"{here}/share" not in kenjis
    assert f"{here}/submit" not in kenjis


def test_the_api_shares_and_lists(company: Company, as_: Callable[[str], Api]) -> None:
    key = company.drafted()
    mika = as_("mika")
    answer = mika.post(f"/purchases/{key}/share", {"members": [KENJI], "note": "See here"})
    assert answer.status_code == 200
    assert [(row["member"], row["by"], row["note"]) for row in answer.json] == [(KENJI, "mika@example.com", "See here")]
    assert as_("kenji").get(f"/purchases/{key}/shares").json == answer.json
    assert mika.post(f"/purchases/{key}/share", {"members": []}).status_code == 422
    assert mika.post(f"/purchases/{key}/share", {"members": ["x"]}).json["errors"].keys() == {"members"}


def test_a_list_costs_the_same_however_many_were_shared(company: Company, as_: Callable[[str], Api]) -> None:
    shared(company, KENJI)
    as_("kenji").get("/purchases")
    with statements(company.app) as one:
        assert len(as_("kenji").get("/purchases").json) == 1
    for _ in range(4):
        shared(company, KENJI)
    with statements(company.app) as many:
        assert len(as_("kenji").get("/purchases").json) == 5
    assert many.count == one.count, f"{one}\n\n{many}"


def test_what_somebody_decided_on_is_asked_back_in_a_comment_that_names_whom(company: Company) -> None:
    key = company.filed()
    with company.indoors():
        mika = company.member("mika")
        with pytest.raises(NotNow) as early:
            service.ask_to_return(mika, key, now=company.later())
    assert early.value.said_code == "take_it_back"
    company.decide(key, "cio")
    with company.indoors():
        with pytest.raises(NotNow) as late:
            service.withdraw(mika, key, now=company.later())
        assert [member.email for member in late.value.args_said["who"]] == ["cmo@example.com"]
        for _ in range(2):  # asked twice is asked once
            service.ask_to_return(mika, key, now=company.later())
        (comment,) = threads.list_comments(company.member("cmo"), key)
        assert [named.email for named in comment.mentioned] == ["cmo@example.com"]
    with company.indoors(), pytest.raises((NotAllowed, NotFound)):
        service.ask_to_return(company.member("cio"), key, now=company.later() + timedelta(minutes=1))
