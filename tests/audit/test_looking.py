"""The trail as its readers see it: newest first, narrowed, page by page, in words, and never more than they may know."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from collab.access.rules.keys import LINK
from collab.access.service import sessions
from collab.audit import queries, service
from collab.audit.queries import Look, Place, looking
from collab.audit.views import saying
from collab.audit.views.narrowing import look_for
from collab.audit.views.values import Words, flat
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.i18n import Reader
from collab.subjects import queries as heads
from collab.subjects import service as subjects
from tests.audit.test_trail import tamper
from tests.factories import NOW, Company
from tests.parts.clients import Api
from tests.parts.databases import on_both

ENGLISH, JAPANESE = Reader("en", "Asia/Tokyo"), Reader("ja", "Asia/Tokyo")


@pytest.fixture
def house(company: Company, indoors: None) -> Company:
    """A decided request, an office, and twelve entries at the very same moment."""
    company.decided()
    with atomic():
        subjects.introduce("delivery", "delivery")
        for number in range(12):
            service.record(
                "retry", "delivery", actor=company.member("admin"), at=NOW - timedelta(days=3), details={"n": number}
            )
    return company


def entries(company: Company, name: str, size: int = 50, **wanted: str) -> list[tuple[str, int]]:
    """Page after page to the end."""
    found, place = [], None
    while True:
        page = queries.look(company.member(name), look_for(wanted, "Asia/Tokyo"), before=place, size=size)
        found += [(row.subject_key, row.seq) for row in page.rows]
        if page.next is None:
            return found
        place = Place.parse(str(page.next))
        assert place == page.next


@on_both
def test_pages_give_every_entry_once_newest_first_whatever_their_size(house: Company) -> None:
    whole = entries(house, "auditor", size=1000)
    assert len(whole) == queries.count()
    assert entries(house, "auditor", size=5) == whole
    assert [seq for key, seq in whole if key == "delivery"] == list(range(12, 0, -1))
    moments = [row.at for row in queries.look(house.member("auditor"), Look(), size=1000).rows]
    assert moments == sorted(moments, reverse=True)


@on_both
def test_filters_narrow_together(house: Company) -> None:
    mine = entries(house, "auditor", actor="CMO@example.com", subject="ｐｒ－１")
    assert mine
    assert mine == entries(house, "auditor", actor="cmo@example.com", subject="PR-1")
    assert {key for key, _seq in entries(house, "auditor", kind="purchase")} == {"PR-1"}
    assert len(entries(house, "auditor", verb="retry", kind="delivery")) == 12
    assert entries(house, "auditor", verb="retry", kind="purchase") == []
    assert entries(house, "auditor", until="2026-11-14") == []
    day = entries(house, "auditor", since="2026-11-15", until="2026-11-15")
    assert day == [("delivery", seq) for seq in range(12, 0, -1)]


def test_a_day_is_a_day_of_the_reader(house: Company) -> None:
    assert look_for({"since": "2026-11-18"}, "Asia/Tokyo").since == NOW.replace(day=17, hour=15, minute=0)
    assert look_for({"until": "2026-11-18"}, "Asia/Tokyo").until == NOW.replace(day=18, hour=15, minute=0)
    for wrong in ({"since": "yesterday"}, {"until": "9999-12-31"}, {"kind": "spell"}, {"surface": "fax"}):
        with pytest.raises(Invalid):
            look_for(wrong, "Asia/Tokyo")
    assert [Place.parse(text) for text in ("", "x", "1-", "-1", "1" * 30 + "-1", "１-1")] == [None] * 6


def test_what_fits_rarely_ends_a_page_early_and_goes_on(house: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SCANNED", 4)
    monkeypatch.setattr(looking, "_AT_ONCE", 2)
    page = queries.look(house.member("auditor"), Look(verb="nothing of the kind"))
    assert (list(page.rows), page.cut, page.next is not None) == ([], True, True)
    assert len(entries(house, "auditor", verb="retry")) == 12


@on_both
def test_what_was_narrowed_stays_narrowed_for_an_admin_and_not_for_an_auditor(house: Company) -> None:
    assert "PR-1" in {key for key, _seq in entries(house, "auditor")}
    assert "PR-1" not in {key for key, _seq in entries(house, "admin")}
    assert len(entries(house, "admin", kind="delivery")) == 12


def test_an_admin_who_sees_a_request_reads_that_it_moved_and_not_what_was_written(house: Company) -> None:
    key = house.filed(visibility="company", title="Open to all")
    look = Look(subject=key)
    for name, whole in (("admin", False), ("auditor", True)):
        me = house.member(name)
        lines = saying.lines(me, queries.look(me, look).rows, ENGLISH)
        assert [line.title for line in lines] == ["Open to all"] * len(lines)
        assert all((line.changes is not None) is whole and (line.notes is not None) is whole for line in lines)


@pytest.mark.parametrize("how", [ENGLISH, JAPANESE])
def test_every_entry_is_said_in_words(house: Company, how: Reader) -> None:
    house.decide(house.filed(), "cmo", "return", "Why this one?")
    me = house.member("auditor")
    lines = saying.lines(me, queries.look(me, Look(), size=1000).rows, how)
    for line in lines:
        assert line.what
        assert "{" not in line.what + "".join(str(part) for part in (*(line.changes or ()), *(line.notes or ())))
        assert "_" not in line.what, (line.row.subject_key, line.row.verb)
    if how is JAPANESE:
        plain = [line.row.verb for line in lines if line.what.isascii()]
        assert plain == []


@pytest.mark.parametrize(
    "verb", ["control_declined", "control_withdrawn", "control_expired", "control_moved", "office_renamed", "refused"]
)
def test_what_ended_a_change_of_a_control_or_was_refused_is_said_in_words(verb: str) -> None:
    for kind in ("control", "office", "purchase"):
        said = [saying.verb_said(kind, verb, how) for how in (ENGLISH, JAPANESE)]
        assert verb.replace("_", " ") not in said
        assert not said[1].isascii()


@pytest.mark.parametrize("how", [ENGLISH, JAPANESE])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("member", "way"),
        ("member", "keys"),
        ("purchase", "way"),
        ("", "keys"),
        ("", "sample"),
        ("", "seats"),
        ("", "veto"),
    ],
)
def test_details_have_words_and_not_their_names_in_the_database(how: Reader, kind: str, name: str) -> None:
    said = Words(how, (kind,)).label(name)
    assert said != name
    assert said.isascii() == (how is ENGLISH)


@pytest.mark.parametrize(("how", "said"), [(ENGLISH, "by a link sent by mail"), (JAPANESE, "メールのリンク")])
def test_by_which_way_somebody_came_in_is_said_in_words(house: Company, how: Reader, said: str) -> None:
    sessions.sign_in(house.member("mika"), browser="Firefox", way=LINK, now=house.now)
    me = house.member("auditor")
    (line,) = saying.lines(me, queries.look(me, Look(verb="sign_in")).rows, how)
    assert [value for _label, value in line.notes or ()] == [said]


def test_nested_content_is_a_table_of_words() -> None:
    deep = {
        "a": {"b": [{"c": 1}, "x"], "due_on": "2026-04-01"},
        "yes": True,
        "at": "2026-04-01T00:00:00+00:00",
        "no": None,
    }
    found = flat(deep)
    assert set(found) == {"a.b", "a.due_on", "yes", "at", "no"}
    said = {path: Words(ENGLISH).shown(value, path) for path, value in found.items()}
    assert said["a.due_on"] == "1 Apr 2026"
    assert said["yes"] == "yes"
    assert said["at"] == "Wed 1 Apr, 09:00"
    assert "{" not in said["a.b"]


@on_both
def test_a_check_finds_what_the_command_finds_part_by_part(house: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from collab.audit.service import checking

    monkeypatch.setattr(checking, "AT_ONCE", 2)
    service.ask_for_check(house.member("auditor"), now=house.now)
    (made,) = queries.list_checks()
    assert (made.state, made.faults, made.entries) == ("holds", [], queries.count())
    tamper("update audit_entries set reason = 'Another' where subject_key = 'PR-1' and seq = 3")
    service.ask_for_check(house.member("admin"), now=house.now)
    latest = queries.list_checks()[0]
    assert (latest.state, latest.faults) == ("broken", [["PR-1", 3, "altered"]])


@on_both
@pytest.mark.parametrize("whole", [False, True], ids=["its head is gone", "nothing is left of it"])
def test_a_subject_that_was_taken_out_of_the_trail_is_missed(
    house: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, whole: bool
) -> None:
    from collab.audit.service import checking

    anchor = tmp_path / "anchor"
    anchor.write_text(
        json.dumps({"heads": {key: list(head) for key, head in heads.list_heads().items()}}) + "\n", encoding="utf-8"
    )
    monkeypatch.setattr(checking, "anchor_file", lambda: anchor if whole else None)
    monkeypatch.setattr(checking, "missing_days", lambda _file: [])
    monkeypatch.setattr(checking, "AT_ONCE", 2)
    last = max(entry.seq for entry in queries.list_entries("PR-1"))
    tamper("delete from subjects where key = 'PR-1'")
    with db.engine.begin() as connection:
        if whole:
            connection.execute(text("delete from audit_entries where subject_key = 'PR-1'"))
    service.ask_for_check(house.member("auditor"), now=house.now)
    latest = queries.list_checks()[0]
    fault = ["PR-1", last, "not_anchored"] if whole else ["PR-1", last + 1, "end_gone"]
    assert (latest.state, latest.faults) == ("broken", [fault])


def test_a_check_that_takes_long_goes_on_later_and_there_is_one_at_a_time(
    house: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collab.audit.service import checking

    monkeypatch.setattr(checking, "AT_ONCE", 1)
    monkeypatch.setattr(checking, "PATIENCE", -1.0)
    service.ask_for_check(house.member("auditor"), now=house.now)
    assert queries.list_checks()[0].state == "running"
    with pytest.raises(NotNow):
        service.ask_for_check(house.member("admin"), now=house.now)
    house.decided()  # the trail grows meanwhile
    assert service.go_on(now=house.now)
    assert queries.list_checks()[0].state == "holds"
    assert not service.go_on(now=house.now)
    with pytest.raises(NotAllowed):
        service.ask_for_check(house.member("cmo"), now=house.now)


def test_each_way_in_is_noted(company: Company, as_: Callable[[str], Api]) -> None:
    key = as_("mika").post("/api/v1/purchases", {"title": "From a program", "department": "marketing"}).json["key"]
    with company.indoors():
        assert queries.list_entries(key)[0].surface == "api"


def test_programs_of_auditors_read_the_trail_and_others_do_not(company: Company, as_: Callable[[str], Api]) -> None:
    company.decided()
    page = as_("auditor").get("/api/v1/audit?subject=PR-1&size=2").json
    assert [entry["seq"] for entry in page["entries"]] == sorted((e["seq"] for e in page["entries"]), reverse=True)
    assert set(page["entries"][0]) >= {"hash", "previous_hash", "verb", "actor", "surface"}
    rest = as_("auditor").get(f"/api/v1/audit?subject=PR-1&before={page['next']}").json
    seqs = [entry["seq"] for entry in (*page["entries"], *rest["entries"])]
    assert seqs == list(range(len(seqs), 0, -1))
    for name in ("admin", "cmo", "mika", "agency"):
        assert as_(name).get("/api/v1/audit").status_code == 403
    assert as_("auditor").get("/api/v1/audit?before=x").status_code == 422
    assert as_("auditor").get("/api/v1/audit?since=tomorrow").status_code == 422
