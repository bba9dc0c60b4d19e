"""Business reviews: the figures stay as they were taken, hidden rows count nowhere, both sides write, and it closes once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select, update

from collab.audit import queries as audit
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.outbox.registry import Envelope, Rendered, kinds
from collab.reviews import queries, rules, service
from collab.reviews.models import Review
from collab.reviews.queries.gathering import Span
from collab.reviews.service import telling
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.goals import goal, measured, timed
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

As = Callable[[str], Api]


def taken(company: Company, by: str = "cmo") -> str:
    with company.indoors():
        return service.open_now(company.member(by), now=company.now).key


def row(company: Company, key: str) -> Review:
    db.session.rollback()
    found = queries.find_review(key)
    assert found is not None
    return found


def some_work(company: Company) -> tuple[str, str]:
    """Goals of two sides, one of them narrowed; requests decided and rejected."""
    first = goal(company, "Open to all", owners=("cmo", "cio"), metric=timed(0, 100))
    secret = goal(company, "zqsecret plan", owners=("sales-lead",), visibility="involved", metric=timed(0, 100))
    measured(company, first, date(2026, 11, 10), 40)
    company.decided(title="Bought tool", amount="700000")
    company.decide(company.filed(title="Not bought"), "cmo", "reject")
    return first, secret


@on_both
def test_figures_stay_as_they_were_taken(company: Company) -> None:
    first, _secret = some_work(company)
    key = taken(company)
    with company.indoors():
        kept = dict(row(company, key).content)
        assert [one["title"] for one in kept["decisions"]] == ["Bought tool", "Not bought"]
        progress = next(one["progress"] for one in kept["goals"] if one["key"] == first)
        assert progress == 40
    measured(company, first, date(2026, 11, 17), 90)
    company.decided(title="Bought later", amount="800000")
    with company.indoors():
        assert row(company, key).content == kept
        assert queries.holds(row(company, key))
        service.freeze(company.member("cio"), key, now=company.later())
        assert row(company, key).content == kept
        entry = audit.list_entries(key)[-1]
        assert (entry.verb, entry.after["figures"]) == ("freeze", rules.seal(kept))
        assert audit.verify() == []


def test_a_figure_changed_behind_our_back_is_seen(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = taken(company)
    with company.indoors():
        content = {**row(company, key).content, "goals": []}
        db.session.execute(update(Review).values(content=content))
        db.session.commit()
    assert "封印と一致しません" in pages_as("cmo").get(f"/reviews/{key}").text


def test_what_somebody_may_not_see_counts_nowhere(company: Company, as_: As, pages_as: Callable[[str], Pages]) -> None:
    _first, secret = some_work(company)
    company.filed(title="zqhidden request", visibility="involved")
    key = taken(company)
    seen = {name: as_(name).get(f"/reviews/{key}").json for name in ("nao", "sales-lead", "auditor")}
    assert secret not in str(seen["nao"])
    assert "zqsecret" not in str(seen["nao"])
    assert secret in str(seen["sales-lead"])
    assert seen["nao"]["hidden"]["goals"] == 1
    assert "goals" not in seen["auditor"]["hidden"]
    shown = rules.by_status(seen["nao"]["figures"]["goals"])
    assert sum(shown.values()) == sum(rules.by_status(seen["auditor"]["figures"]["goals"]).values()) - 1
    page = pages_as("nao").get(f"/reviews/{key}").text
    assert "zqsecret" not in page
    assert "集計にも含まれていません" in page
    assert "zqsecret" in pages_as("auditor").get(f"/reviews/{key}").text
    assert pages_as("agency").get(f"/reviews/{key}").status_code in (403, 404)
    assert as_("agency").get(f"/reviews/{key}").status_code in (403, 404)


def test_an_amount_is_for_those_who_may_see_it(company: Company, as_: As) -> None:
    company.decided(title="Open tool", amount="700000", visibility="company")
    key = taken(company)
    totals = {
        name: [one["total"] for one in as_(name).get(f"/reviews/{key}").json["figures"]["decisions"]]
        for name in ("cio", "kenji")
    }
    assert totals == {"cio": [700000], "kenji": [None]}


def test_how_a_decision_came_about_is_for_those_who_may_read_it(company: Company, as_: As) -> None:
    content = {
        "decisions": [{"key": "PR-1", "title": "Open tool", "total": 700000, "minutes": 2, "after_the_fact": True}],
        "conditions": [{"key": "PR-1", "number": 1, "text": "A second offer"}],
    }
    outside, inside = rules.only(content, {"PR-1"}, ()), rules.only(content, {"PR-1"}, {"PR-1"})
    (row,) = outside.rows["decisions"]
    assert (row["title"], row["total"], row["minutes"], row["after_the_fact"]) == ("Open tool", None, None, None)
    assert (outside.rows["conditions"], outside.hidden) == ([], {"conditions": 1})
    assert (inside.rows["conditions"], inside.hidden) == (content["conditions"], {})
    assert inside.rows["decisions"] == content["decisions"]
    company.decided(title="Open tool", amount="700000", visibility="company")
    key = taken(company)
    minutes = {
        name: [one["minutes"] for one in as_(name).get(f"/reviews/{key}").json["figures"]["decisions"]]
        for name in ("cio", "kenji")
    }
    assert minutes["kenji"] == [None] != minutes["cio"]


def test_each_side_writes_its_own_words_and_one_of_them_closes_it(company: Company) -> None:
    key = taken(company)
    with company.indoors():
        assert [one.ask.key for one in inbox(company.member("cio"), company.now) if one.key == key] == [
            "review.ask.write"
        ]
        service.write(company.member("cio"), key, office="CIO", words="We moved.", now=company.later())
        assert [one for one in inbox(company.member("cio"), company.now) if one.key == key] == []
        for who, office, error in (("cio", "CMO", NotAllowed), ("ceo", "CMO", NotAllowed), ("mika", "CIO", NotAllowed),
                                   ("auditor", "CIO", NotAllowed), ("cio", "CFO", Invalid)):  # fmt: skip
            with pytest.raises(error):
                service.write(company.member(who), key, office=office, words="x", now=company.now)
        with pytest.raises(NotAllowed):
            service.freeze(company.member("ceo"), key, now=company.now)
        service.freeze(company.member("cmo"), key, now=company.later())
        for act in (
            lambda: service.write(company.member("cio"), key, office="CIO", words="Late.", now=company.now),
            lambda: service.freeze(company.member("cio"), key, now=company.now),
            lambda: service.retake(company.member("cio"), key, now=company.now),
        ):
            with pytest.raises(NotNow):
                act()
        found = row(company, key)
        assert (found.cio_words, found.cmo_words, found.state) == ("We moved.", None, "frozen")


@pytest.mark.parametrize(
    ("at", "quarter"),
    [
        ("2027-01-01T00:30+09:00", "FY2026-Q3"),
        ("2027-01-14T09:00+09:00", "FY2026-Q3"),
        ("2027-01-20T09:00+09:00", None),
    ],
)
def test_a_quarter_that_is_over_gets_its_review_once(company: Company, at: str, quarter: str | None) -> None:
    now = datetime.fromisoformat(at)
    with company.indoors():
        for _again in range(2):
            service.sweep(now=now)
        found, total = queries.list_reviews(company.member("cmo"))
        assert [one.quarter for one in found] == ([quarter] if quarter else [])
        assert total == len(found)


def test_a_draft_closes_by_itself_after_ten_business_days(company: Company) -> None:
    opened = datetime.fromisoformat("2027-01-04T09:00+09:00")
    with company.indoors():
        service.sweep(now=opened)
        review = queries.find_latest()
        assert review is not None
        key, closes = review.key, review.freezes_at
        assert timedelta(days=13) < closes - opened < timedelta(days=18)
        service.sweep(now=closes - timedelta(minutes=1))
        assert row(company, key).state == "draft"
        service.sweep(now=closes)
        service.sweep(now=closes)
        found = row(company, key)
        assert (found.state, found.frozen_by_id) == ("frozen", None)
        assert [one.verb for one in audit.list_entries(key)] == ["open", "freeze"]


def test_a_comment_stands_in_the_conversation_not_among_what_became_of_a_review(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    key, cmo = taken(company), pages_as("cmo")
    cmo.send(f"/threads/{key}", {"body": "Well done."}, page=f"/threads/{key}")
    with company.indoors():
        assert "comment" in {entry.verb for entry in audit.list_entries(key)}
    assert "review.verb." not in cmo.get(f"/reviews/{key}").text


def test_pages_and_paper_say_the_same(company: Company, pages_as: Callable[[str], Pages]) -> None:
    some_work(company)
    key, cmo = taken(company), pages_as("cmo")
    assert (
        cmo.send(
            f"/reviews/{key}/words",
            {"office": "CMO", "words": "お客様の待ち時間が<b>半分</b>になりました。"},
            page=f"/reviews/{key}",
        ).status_code
        == 303
    )
    late = cmo.send(f"/reviews/{key}/words", {"office": "CMO", "words": "x" * 4001}, page=f"/reviews/{key}")
    assert (late.status_code, "x" * 4001 in late.text) == (422, True)
    assert 'id="f-cmo-words-error"' in late.text, "the reason stands beside the words"
    page = cmo.get(f"/reviews/{key}").text
    answer = cmo.get(f"/reviews/{key}.pdf?lang=ja")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.data)
    said = re.sub(r"\s+", "", "".join(one.get_textpage().get_text_range() for one in document))
    document.close()
    for part in ("お客様の待ち時間が<b>半分</b>になりました。", "Opentoall", "部門別の状況", "700,000"):
        assert part in said
    assert "Open to all" in page
    assert "<b>半分" not in page
    sheet: dict[str, Any] = {"office": "CMO", "words": "again"}
    assert cmo.send(f"/reviews/{key}/freeze", {}, page=f"/reviews/{key}").status_code == 303
    assert cmo.send(f"/reviews/{key}/words", sheet, page="/goals/new").status_code == 409
    assert "QR-1" in cmo.get("/reviews").text


def asked(company: Company, key: str) -> dict[str, Message]:
    db.session.rollback()
    rows = db.session.scalars(select(Message).where(Message.subject_key == key, Message.kind == telling.ASKED))
    names = {company.id(name): name for name in ("cmo", "cio", "ceo")}
    return {names[one.member_id]: one for one in rows if one.member_id}


def shown(company: Company, message: Message, who: str, locale: str = "en", *, again: bool = False) -> Rendered | None:
    member = company.member(who)
    envelope = Envelope(message.subject_key, {}, member, Reader(locale, member.zone), company.now)
    kind = kinds[telling.ASKED]
    return kind.repaint(envelope) if again and kind.repaint else kind.render(envelope)


def test_both_sides_are_asked_for_their_words_when_a_quarter_is_over(company: Company) -> None:
    with company.indoors():
        company.now = datetime.fromisoformat("2027-01-04T09:00+09:00")
        for _again in range(2):
            service.sweep(now=company.now)
        review = queries.find_latest()
        assert review is not None
        key, freezes_at = review.key, review.freezes_at
        messages = asked(company, key)
        assert set(messages) == {"cmo", "cio"}
        for locale, words in (("en", "what does your side say as CMO?"), ("ja", "CMOとして所見をご記入ください")):
            card = shown(company, messages["cmo"], "cmo", locale)
            assert card is not None
            assert words in card.text
            assert Reader(locale, company.member("cmo").zone).moment(freezes_at) in str(card.blocks)
        service.write(company.member("cmo"), key, office="CMO", words="It went well.", now=company.later())
        assert shown(company, messages["cmo"], "cmo") is None
        again = shown(company, messages["cmo"], "cmo", again=True)
        assert again is not None
        assert again.text.startswith("Quarterly review FY2026-Q3: your side's words are in")
        other = shown(company, messages["cio"], "cio")
        assert other is not None
        assert "The CMO has written already" in str(other.blocks)
        service.freeze(company.member("cmo"), key, now=company.later())
        assert shown(company, messages["cio"], "cio") is None


def test_whoever_opens_a_review_is_not_asked_by_themselves(company: Company) -> None:
    key = taken(company, "cmo")
    with company.indoors():
        assert set(asked(company, key)) == {"cio"}


def test_executives_and_leads_read_how_the_last_review_stands(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    with company.indoors():
        review = service.open_quarter("FY2026-Q2", Span(date(2026, 7, 1), date(2026, 9, 30)), now=company.now)
        key = review.key
    opened, closed = ("作成中です", "is open"), ("は確定しました", "is closed")

    def reads(name: str, path: str, words: tuple[str, str]) -> bool:
        page = pages_as(name).get(path).text
        return f'href="/reviews/{key}">' in page and any(word in page for word in words)

    assert reads("ceo", "/", opened)
    assert reads("sales-lead", "/joint", opened)
    assert f'href="/reviews/{key}"' not in pages_as("mika").get("/").text
    with company.indoors():
        service.freeze(company.member("cio"), key, now=company.later())
    assert reads("cmo", "/joint", closed)
    assert reads("cmo", "/", closed)
