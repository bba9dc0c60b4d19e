"""Saying something: all of it or nothing, seen by whoever sees the subject, and in the trail whatever becomes of it."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from collab.audit import queries as audit
from collab.kernel import reactions
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Busy, Invalid, NotAllowed, NotFound, NotNow, Stale
from collab.kernel.storage import Storage
from collab.outbox.models import Message
from collab.threads import queries, service
from collab.threads.models import Attachment, Comment
from collab.threads.rules.limits import MOST_OF_A_SUBJECT
from collab.threads.service import Commented, Upload
from tests.factories import Company
from tests.factories import threads as make
from tests.factories.threads import said
from tests.parts.databases import on_both

BAD = Upload("run.png", b"MZ\x90\x00" + b"\x00" * 80)


def told(company: Company, kind: str) -> list[str]:
    """Who is to hear, by address, in the order it was written."""
    with company.indoors():
        rows = db.session.scalars(select(Message.member_id).where(Message.kind == kind).order_by(Message.id))
        by_id = {
            company.id(name): name
            for name in ("mika", "cmo", "cio", "cfo", "kenji", "nao", "sales-lead", "service-lead", "agency")
        }
        return [by_id[member] for member in rows]


def kept(company: Company) -> list[Path]:
    """Every file on the disk."""
    folder = company.app.extensions["threads.storage"].folder
    return [path for path in folder.rglob("*") if path.is_file()]


def entries(company: Company, key: str) -> list[tuple[str, dict[str, object]]]:
    with company.indoors():
        return [(entry.verb, entry.details) for entry in audit.list_entries(key) if entry.verb.startswith("comment")]


@on_both
def test_a_comment_with_files_is_read_by_whoever_sees_the_subject(company: Company) -> None:
    key = company.filed()
    number = said(
        company, "cmo", key, "See the quote.\r\n\r\nIt is fine.", files=make.uploads("quote.pdf", "photo.png")
    )
    with company.indoors():
        for reader in ("mika", "cmo", "cio", "auditor"):
            [shown] = queries.list_comments(company.member(reader), key)
            assert (shown.id, shown.body, shown.author.email) == (
                number,
                "See the quote.\n\nIt is fine.",
                "cmo@example.com",
            )
            assert [(file.name, file.kind) for file in shown.files] == [("quote.pdf", "pdf"), ("photo.png", "png")]
        file = queries.get_file(company.member("mika"), shown.files[0].id)
        assert service.read(file) == make.GOOD["quote.pdf"]
        assert audit.verify() == []
    verb, details = entries(company, key)[0]
    assert (verb, details["text"], details["files"][0]["sha256"]) == (
        "comment",
        "See the quote.\n\nIt is fine.",
        file.sha256,
    )


def test_a_goal_that_nobody_changed_yet_can_be_talked_about(company: Company) -> None:
    said(company, "kenji", "G-1", "Which stores first?")
    with company.indoors():
        assert queries.count_comments("G-1") == 1
        assert audit.verify() == []


@pytest.mark.parametrize("key", ["PR-999", "PR-0", "X-1", "nonsense", "", "PR-99999999999999999999"])
def test_what_is_not_there_cannot_be_talked_about(company: Company, key: str) -> None:
    with pytest.raises(NotFound):
        said(company, "mika", key)


WHO = {
    # name: may read, may say
    "mika": (True, True), "cmo": (True, True), "cio": (True, True), "kenji": (False, False), "sales-lead": (False, False),
    "agency": (False, False), "admin": (False, False), "auditor": (True, False), "left": (False, False), "ceo": (False, False),
}  # fmt: skip


@pytest.mark.parametrize("name", WHO)
def test_whoever_sees_it_reads_and_says_and_nobody_else(company: Company, name: str) -> None:
    key = company.filed()
    number = said(company, "cmo", key, files=make.uploads("quote.pdf"))
    may_read, may_say = WHO[name]
    with company.indoors():
        who, file = company.member(name), queries.get_comment(company.member("mika"), number).files[0].id
        reads = (
            lambda: queries.list_comments(who, key), lambda: queries.get_comment(who, number), lambda: queries.get_file(who, file),
        )  # fmt: skip
        for read in reads:
            if may_read:
                read()
            else:
                with pytest.raises(NotFound):
                    read()
        if may_say:
            service.comment(who, key, "Yes.", now=company.now)
        else:
            with pytest.raises(NotAllowed if may_read else NotFound):
                service.comment(who, key, "Yes.", now=company.now)
        for act in (service.withdraw, lambda *args, **more: service.correct(*args, "No.", **more)):
            if name == "cmo":
                continue
            with pytest.raises(NotAllowed if may_read else NotFound):
                act(who, number, now=company.now)


def test_a_partner_speaks_where_something_is_shared_with_them_and_nowhere_else(company: Company) -> None:
    shared, other = company.filed(on_behalf_of="agency@example.com"), company.filed()
    number = said(company, "agency", shared, "Our offer.", files=make.uploads("quote.pdf"))
    said(company, "cmo", shared, "@agency thank you")
    assert told(company, "thread.mentioned") == ["agency"]
    with pytest.raises(NotFound):
        said(company, "agency", other)
    with pytest.raises(Invalid) as refused:
        said(company, "cmo", other, "@agency what do you think?")
    assert refused.value.fields["mentions.may_not_see"].args["who"][0].email == "agency@example.com"
    with company.indoors():
        queries.get_file(company.member("agency"), queries.get_comment(company.member("agency"), number).files[0].id)


def test_an_auditor_it_is_filed_for_still_says_nothing(company: Company) -> None:
    key = company.filed(on_behalf_of="auditor@example.com")
    with pytest.raises(NotAllowed):
        said(company, "auditor", key)


def test_a_former_member_reads_and_says_nothing_even_of_their_own(company: Company) -> None:
    key = company.filed("nao")
    number = said(company, "nao", key, files=make.uploads("quote.pdf"))
    with company.indoors():
        file = queries.get_comment(company.member("nao"), number).files[0].id
    company.leaves("nao")
    with company.indoors():
        nao = company.member("nao")
        for act in (
            lambda: queries.get_file(nao, file), lambda: queries.list_comments(nao, key),
            lambda: service.comment(nao, key, "Still here", now=company.now), lambda: service.withdraw(nao, number, now=company.now),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                act()


@on_both
def test_one_bad_file_of_three_and_nothing_is_saved_and_everything_is_named(company: Company) -> None:
    key = company.filed()
    files = [*make.uploads("quote.pdf"), BAD, Upload("x.html", b"<html>")]
    with pytest.raises(Invalid) as refused:
        said(company, "cmo", key, "a\x00b @agency", files=files)
    assert set(refused.value.fields) == {"body", "files.1", "files.2", "mentions.may_not_see"}
    assert kept(company) == []
    assert entries(company, key) == []
    with company.indoors():
        assert queries.count_comments(key) == 0


@pytest.mark.parametrize(
    ("body", "word"),
    [("", "field.required"), ("  \n ", "field.required"), ("x" * 5001, "field.too_long"), ("a\x07b", "field.bad_text"), ("\ud800", "field.bad_text")],
)  # fmt: skip
def test_words_that_cannot_be_taken_are_refused(company: Company, body: str, word: str) -> None:
    key = company.filed()
    with pytest.raises(Invalid) as refused:
        said(company, "cmo", key, body)
    assert refused.value.fields["body"].key == word


def test_five_thousand_characters_of_any_kind_are_taken(company: Company) -> None:
    key = company.filed()
    said(company, "cmo", key, "🗾" * 5000)
    said(company, "cmo", key, files=make.uploads("note.txt"), body="")


def test_a_subject_holds_only_so_much(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    key, size = company.filed(), len(make.GOOD["quote.pdf"])
    monkeypatch.setattr("collab.threads.service.commenting.MOST_OF_A_SUBJECT", size * 2)
    first = said(company, "cmo", key, files=make.uploads("quote.pdf"))
    said(company, "cmo", key, files=make.uploads("quote.pdf"))
    with pytest.raises(Invalid) as refused:
        said(company, "cmo", key, files=make.uploads("note.txt"))
    assert "files" in refused.value.fields
    assert len(kept(company)) == 2
    said(company, "cmo", company.filed(), files=make.uploads("quote.pdf"))
    assert first
    assert MOST_OF_A_SUBJECT == 100 * 1024 * 1024


def test_the_mentioned_are_told_once_never_the_author_and_the_owner_beside_them(company: Company) -> None:
    key = company.filed()
    said(company, "cmo", key, "@cmo @酒井大地 @マーケティング部 @cio@example.com, look")
    assert (told(company, "thread.mentioned"), told(company, "thread.told")) == (["cio"], ["mika"])


def test_an_owner_who_is_mentioned_hears_once_and_one_who_speaks_not_at_all(company: Company) -> None:
    key = company.filed()
    said(company, "cmo", key, "@mika why?")
    said(company, "mika", key, "Because.")
    assert (told(company, "thread.mentioned"), told(company, "thread.told")) == (["mika"], [])


def test_whoever_is_answered_hears_of_it(company: Company) -> None:
    key = company.filed()
    first = said(company, "cmo", key, "Why?")
    answer = said(company, "mika", key, "Because.", reply_to=first)
    assert told(company, "thread.told") == ["mika", "cmo"]
    with company.indoors():
        shown = queries.get_comment(company.member("cio"), answer)
        assert (shown.reply_to, shown.reply_to_author.email) == (first, "cmo@example.com")
    with pytest.raises(Invalid):
        said(company, "mika", company.filed(), "Because.", reply_to=first)


def test_a_department_nobody_leads_and_a_name_of_two_are_said_in_one_go(company: Company) -> None:
    key = company.filed()
    with company.indoors():
        from collab.people.service import add_member

        add_member(
            {
                "email": "cio@elsewhere.example",
                "name_en": "C Io",
                "name_ja": "椎 伊央",
                "site_code": "tokyo",
                "locale": "ja",
            },
            by=None,
            now=company.now,
        )
    company.leaves("service-lead")
    with pytest.raises(Invalid) as refused:
        said(company, "cmo", key, "@cio @カスタマーサービス部 @kenji")
    assert {path: text.args["who"][0] for path, text in refused.value.fields.items() if path != "mentions.may_not_see"} == {
        "mentions.unclear": "@cio", "mentions.nobody_leads": "@カスタマーサービス部",
    }  # fmt: skip


def test_the_house_hears_of_it_in_the_same_transaction(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    key, heard = company.filed(), []

    def react(news: Commented) -> None:
        heard.append((news.subject, news.by.email, news.mentioned))
        raise Busy

    monkeypatch.setitem(reactions._listeners, Commented, [react])
    with pytest.raises(Busy):
        said(company, "cmo", key, "@cio", files=make.uploads("quote.pdf"))
    assert heard == [(key, "cmo@example.com", (company.id("cio"),))]
    assert kept(company) == []
    assert told(company, "thread.mentioned") == []


@on_both
def test_a_form_sent_twice_says_it_once(company: Company) -> None:
    key = company.filed()
    first = said(company, "cmo", key, "@cio Yes.", form="abc", files=make.uploads("quote.pdf"))
    again = said(company, "cmo", key, "@cio Yes.", form="abc", files=make.uploads("quote.pdf"))
    assert (first == again, len(kept(company)), told(company, "thread.mentioned")) == (True, 1, ["cio"])
    assert said(company, "cio", key, "Yes.", form="abc") != first


@on_both
def test_of_two_at_once_both_stand_and_the_trail_is_whole(company: Company) -> None:
    key, start, numbers = company.filed(), threading.Barrier(6), []

    def speak(number: int) -> None:
        start.wait()
        name = ("cmo", "cio", "mika")[number % 3]
        numbers.append(
            said(
                company,
                name,
                key,
                f"@cmo number {number}",
                form="same" if number < 3 else None,
                files=make.uploads("note.txt"),
            )
        )

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 6
    with company.indoors():
        assert queries.count_comments(key) == 6
        assert audit.verify() == []
    assert len(kept(company)) == 6


@on_both
def test_one_form_pressed_four_times_at_once_says_it_once(company: Company) -> None:
    key, start, numbers = company.filed(), threading.Barrier(4), []

    def speak() -> None:
        start.wait()
        numbers.append(said(company, "cmo", key, "Yes.", form="one", files=make.uploads("note.txt")))

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(numbers), len(set(numbers)), len(kept(company))) == (4, 1, 1)


def test_a_comment_is_put_right_within_fifteen_minutes_and_never_silently(company: Company) -> None:
    key = company.filed()
    number = said(company, "cmo", key, "@cio Ys.")
    with company.indoors():
        right = service.correct(
            company.member("cmo"), number, "@mika @cio Yes.", now=company.now + timedelta(minutes=15)
        )
        assert (right.body, right.version, right.edited_at) == (
            "@mika @cio Yes.",
            2,
            company.now + timedelta(minutes=15),
        )
        same = service.correct(
            company.member("cmo"), number, "@mika @cio Yes.", now=company.now + timedelta(minutes=15)
        )
        assert same.version == 2
        with pytest.raises(NotNow) as late:
            service.correct(company.member("cmo"), number, "No.", now=company.now + timedelta(minutes=15, seconds=1))
        assert late.value.said_code == "comment_settled"
        with pytest.raises(Stale):
            service.correct(company.member("cmo"), number, "No.", seen=1, now=company.now)
        with pytest.raises(Invalid):
            service.correct(company.member("cmo"), number, " ", now=company.now)
        with pytest.raises(Invalid):
            service.correct(company.member("cmo"), number, "@agency", now=company.now)
    assert told(company, "thread.mentioned") == ["cio", "mika"]
    assert [(verb, details.get("text_before")) for verb, details in entries(company, key)] == [
        ("comment", None), ("comment_corrected", "@cio Ys."),
    ]  # fmt: skip


def test_a_name_taken_out_and_put_back_is_told_again_without_a_clash(company: Company) -> None:
    key = company.filed()
    number = said(company, "cmo", key, "@cio yes")
    with company.indoors():
        for body in ("yes", "@cio yes", "yes", "@cio yes!"):
            service.correct(company.member("cmo"), number, body, now=company.now)
    assert told(company, "thread.mentioned") == ["cio"] * 3


def test_a_withdrawn_comment_is_gone_from_view_and_stays_in_the_trail(company: Company) -> None:
    key = company.filed()
    number = said(company, "cmo", key, "A secret.", files=make.uploads("quote.pdf"))
    with company.indoors():
        file = queries.get_comment(company.member("mika"), number).files[0].id
        later = company.now + timedelta(days=40)
        gone = service.withdraw(company.member("cmo"), number, now=later)
        assert (gone.body, gone.files, gone.mentioned, gone.withdrawn_at) == ("", (), (), later)
        assert service.withdraw(company.member("cmo"), number, now=later + timedelta(days=1)).withdrawn_at == later
        with pytest.raises(NotFound):
            queries.get_file(company.member("cmo"), file)
        with pytest.raises(NotNow):
            service.correct(company.member("cmo"), number, "Back.", now=company.now)
        with pytest.raises(NotAllowed):
            service.withdraw(company.member("mika"), number, now=later)
        assert "A secret" not in str(queries.list_comments(company.member("auditor"), key))
    assert entries(company, key)[-1] == (
        "comment_withdrawn",
        {"comment": number, "text_before": "A secret.", "files": [{"name": "quote.pdf", "sha256": entries(company, key)[0][1]["files"][0]["sha256"]}]},
    )  # fmt: skip


def test_no_history_of_a_request_shows_what_was_withdrawn(company: Company, as_) -> None:
    key = company.filed()
    number = said(company, "cmo", key, "Salary: 123")
    with company.indoors():
        service.correct(company.member("cmo"), number, "Other", now=company.now)
        service.withdraw(company.member("cmo"), number, now=company.now)
    shown = as_("mika").get(f"/purchases/{key}/history").text
    assert "Salary" not in shown
    assert "Other" not in shown


def test_a_disk_that_takes_no_file_leaves_nothing_behind(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    key, real, calls = company.filed(), Storage._write, []

    def fails_at_the_second(self: Storage, address: str, content: bytes) -> None:
        calls.append(address)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(self, address, content)

    monkeypatch.setattr(Storage, "_write", fails_at_the_second)
    with pytest.raises(Busy) as refused:
        said(company, "cmo", key, files=make.uploads("quote.pdf", "photo.png"))
    assert refused.value.said_code == "files_away"
    assert (kept(company), entries(company, key)) == ([], [])


def test_a_disk_that_fills_up_while_writing_keeps_no_half_file(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Busy):
        said(company, "cmo", "G-1", files=make.uploads("quote.pdf"))
    assert kept(company) == []


@on_both
def test_a_commit_that_fails_leaves_no_file_behind(company: Company) -> None:
    key = company.filed()
    with company.indoors(), pytest.raises(NotNow), atomic() as unit:
        unit.before_commit("trouble", _trouble)
        service.comment(company.member("cmo"), key, "Yes.", files=make.uploads("quote.pdf"), now=company.now)
    with company.indoors():
        assert queries.count_comments(key) == 0
    assert len(kept(company)) == 1, "the outer transaction failed after ours was done: only the sweep can know"
    _age(company)
    with company.indoors():
        assert service.sweep(now=company.now) == 1
    assert kept(company) == []


def _trouble() -> None:
    raise NotNow("conflict")


def test_the_sweep_drops_what_no_comment_names_once_it_is_a_day_old(company: Company) -> None:
    key, storage = company.filed(), company.app.extensions["threads.storage"]
    number = said(company, "cmo", key, files=make.uploads("quote.pdf"))
    storage.keep_apart(b"left behind by a killed process")
    (storage.folder / "parts" / "tmphalf").write_bytes(b"half")
    _age(company, hours=23)
    with company.indoors():
        assert service.sweep(now=company.now) == 0
        assert len(kept(company)) == 3
        _age(company)
        assert service.sweep(now=company.now) == 1
        service.withdraw(company.member("cmo"), number, now=company.now)
        assert service.sweep(now=company.now + timedelta(days=30)) == 0
        assert service.sweep(now=company.now + timedelta(days=30, seconds=1)) == 1
        assert db.session.scalar(select(Attachment.dropped_at)) is not None
    assert kept(company) == []


def _age(company: Company, hours: int = 25) -> None:
    """Let every file be so old."""
    then = (company.now - timedelta(hours=hours)).timestamp()
    for path in kept(company):
        os.utime(path, (then, then))


def test_a_file_that_was_not_restored_is_not_there(company: Company) -> None:
    key = company.filed()
    number = said(company, "cmo", key, files=make.uploads("quote.pdf"))
    kept(company)[0].unlink()
    with company.indoors(), pytest.raises(NotFound):
        service.read(
            queries.get_file(company.member("cmo"), queries.get_comment(company.member("cmo"), number).files[0].id)
        )


def test_the_same_file_twice_is_two_files_that_go_one_by_one(company: Company) -> None:
    key = company.filed()
    said(company, "cmo", key, files=make.uploads("quote.pdf", "quote.pdf"))
    assert len(kept(company)) == 2


def test_a_draft_of_somebody_else_is_not_talked_about(company: Company) -> None:
    key = company.drafted()
    with pytest.raises(NotFound):
        said(company, "cmo", key)
    assert said(company, "mika", key)
    with company.indoors():
        assert db.session.scalar(select(Comment.subject_key)) == key
