"""The sample company: a first minute that shows a company at work, whatever day it is loaded on."""

from __future__ import annotations

import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from collab.approvals.models import Round, Seat
from collab.approvals.queries import usual_times
from collab.audit import queries as audit
from collab.audit.models import Entry
from collab.audit.queries import Look
from collab.audit.views import saying
from collab.calendars.queries import calendar_or_default
from collab.digests import queries as digests
from collab.goals.models import Goal
from collab.goals.queries import list_goals
from collab.goals.queries.standing import standings
from collab.home.service import demo
from collab.home.service.demo.acts import STARTS
from collab.home.service.demo.stories import purchase_acts
from collab.kernel import business_time
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.keys import key_of
from collab.outbox import service as outbox
from collab.outbox.models import Message
from collab.people import queries as people
from collab.people.models import Department, Member, Post
from collab.purchases.models import Purchase
from collab.subjects import queries as subjects
from tests.parts.databases import EMPTY, SAMPLE, Database, Stock, on_both
from tests.parts.sample import A_WEDNESDAY, CONFIG, load

DAYS = {
    "a Wednesday morning": "2026-11-18T10:00:00+09:00",
    "Sunday in Tokyo, Saturday in London": "2026-11-22T05:00:00+09:00",
    "New Year, half past midnight": "2027-01-01T00:30:00+09:00",
    "a leap day, just before midnight": "2028-02-29T23:59:00+09:00",
    "the hour London's clocks skip": "2027-03-28T01:30:00+00:00",
}


LOADED = pytest.mark.usefixtures("loaded")
"""A test that looks at the company as it was loaded on A_WEDNESDAY; every other starts with nothing."""


@pytest.fixture
def loaded() -> None:
    """See LOADED."""


@pytest.fixture
def database(request: pytest.FixtureRequest, stock: Callable[[str], Stock]) -> Iterator[Database]:
    """Of a test's own: with the sample company in it, or empty."""
    shelf = stock(getattr(request, "param", "sqlite"))
    own = shelf.fresh(SAMPLE if "loaded" in request.fixturenames else EMPTY)
    yield own
    shelf.throw_away(own)


def deliver(now: datetime) -> None:
    """A worker's rounds for a minute: not everything may be said at once."""
    for seconds in range(0, 60, 5):
        while outbox.drain(now=now + timedelta(seconds=seconds)):
            pass


def waiting(now: datetime) -> dict[str, list[str]]:
    rows = {actor.email.partition("@")[0]: subjects.inbox(actor, now) for actor in people.list_actors(now)}
    return {name: [row.key for row in found] for name, found in rows.items() if found}


@pytest.mark.parametrize("moment", list(DAYS.values()), ids=list(DAYS))
def test_enter_as_the_cmo_and_three_things_wait(app: Flask, moment: str) -> None:
    now = datetime.fromisoformat(moment)
    with app.app_context():
        told = load(now)
        counts = {name: len(keys) for name, keys in waiting(now).items()}
        assert counts["cmo"] == 3
        assert counts["mika"] == 2, (
            "the request that was sent back to her, and a goal she sees differently than sales does"
        )
        assert counts["ren"] == 1, "the check-in that did not come"
        assert counts["cio"] == 6, "also a charter to sign, and the questions the CMO has answered already"
        for name in ("cmo", "cio"):
            member = people.find_actor_by_email(f"{name}@example.com", now)
            issue = digests.find_latest(member.id)
            assert "risks" in {section.code for section in issue.content.sections}, "last week's digest can be read"
            asked_later = {row.key for row in subjects.inbox(member, now) if row.since > issue.said_at}
            assert not asked_later & {need.key for need in issue.needs.items}, "it holds what needed them then"
        assert {name for name, count in counts.items() if count} >= {
            "cio",
            "cfo",
            "it-lead",
            "sales-lead",
            "service-lead",
        }
        assert counts["ceo"] == 2, (
            "what climbed to its end without anybody, and a change of a control that wants a second person"
        )
        assert "finance-lead" not in counts
        assert counts["kaori"] == 1, "the deputy of the finance lead, who is away"
        assert told == demo.Loaded(
            *(len(db.session.scalars(select(kind.id)).all()) for kind in (Member, Goal, Purchase))
        )
        nothing_lies_ahead_or_out_of_hours(now)
        goals_that_need_somebody(now)
        only_the_present_is_told(now)
        assert audit.verify() == []


def nothing_lies_ahead_or_out_of_hours(now: datetime) -> None:
    calendars = {actor.email: calendar_or_default(actor.calendar) for actor in people.list_actors(now)}
    entries = db.session.execute(select(Entry.at, Entry.actor, Entry.subject_key, Entry.verb)).all()
    assert max(entry.at for entry in entries) <= now
    by_people = [entry for entry in entries if entry.actor in calendars and entry.subject_key.startswith("PR-")]
    assert len(by_people) > 150
    assert [entry for entry in by_people if calendars[entry.actor].add(entry.at, 0) != entry.at] == []


def goals_that_need_somebody(now: datetime) -> None:
    auditor = people.find_actor_by_email("auditor@example.com", now)
    assert auditor is not None
    goals = list_goals(auditor)
    found = standings(goals, now=now)
    stands = {goal.key: found[goal.id] for goal in goals}
    needy = ("dark", "watermelon", "diverged", "broken")
    assert {what: [key for key, stand in stands.items() if getattr(stand, what)] for what in needy} == {
        "dark": ["G-17"], "watermelon": ["G-5"], "diverged": ["G-4"], "broken": ["G-12"],
    }  # fmt: skip


def only_the_present_is_told(now: datetime) -> None:
    asked = {(actor.id, row.key) for actor in people.list_actors(now) for row in subjects.inbox(actor, now)}
    to_people = (Message.state == "pending") & Message.member_id.is_not(None)
    unsent = db.session.execute(select(Message.member_id, Message.subject_key).where(to_people)).all()
    told = set(map(tuple, unsent))
    assert told <= asked
    assert {row for row in asked - told if row[1].startswith("PR-")} == set(), (
        "what is asked without a card is reminded of"
    )
    assert len(told) == len(unsent)


@on_both
@LOADED
def test_half_a_year_of_every_kind_of_life(app: Flask) -> None:
    with app.app_context():
        purchases = list(db.session.scalars(select(Purchase).order_by(Purchase.id)))
        assert len(purchases) >= 60
        assert [purchase.key for purchase in purchases[:3]] == ["PR-1", "PR-2", "PR-3"]
        assert {purchase.state for purchase in purchases} == {
            "draft", "pending", "returned", "approved", "rejected", "dropped", "revoked", "purchased",
        }  # fmt: skip
        assert A_WEDNESDAY - purchases[0].created_at > timedelta(days=180)
        assert {purchase.category for purchase in purchases} == {
            "martech",
            "emerging",
            "infrastructure",
            "service",
            "other",
        }
        assert {purchase.currency for purchase in purchases} == {"JPY", "USD", "GBP"}
        assert {purchase.billing for purchase in purchases} == {"one_time", "monthly", "annual"}
        assert any(purchase.copied_from for purchase in purchases)
        assert any(purchase.on_behalf_of_id for purchase in purchases)
        assert {purchase.visibility for purchase in purchases} == {"company", "involved"}
        assert any(purchase.after_the_fact_on for purchase in purchases)
        assert any(purchase.round > 1 and purchase.state == "approved" for purchase in purchases)
        assert {"CMO", "CIO", "CFO", "Joint keys", "Department lead"} <= {
            name for _kind, name in usual_times(A_WEDNESDAY).times
        }


@LOADED
def test_a_split_order_can_be_noticed(app: Flask) -> None:
    with app.app_context():
        small = [
            (purchase.vendor_normal, purchase.requester_id)
            for purchase in db.session.scalars(select(Purchase))
            if purchase.state == "approved" and purchase.total and 400_000 < purchase.total.minor < 1_000_000
            and purchase.currency == "JPY"
        ]  # fmt: skip
        assert max(Counter(small).values()) >= 3


@LOADED
def test_goals_people_and_places(app: Flask) -> None:
    with app.app_context():
        goals = list(db.session.scalars(select(Goal).order_by(Goal.id)))
        assert [key_of("G", goal.id) for goal in goals] == [f"G-{n}" for n in range(1, len(goals) + 1)]
        assert {goal.state for goal in goals} >= {"active", "accepted", "draft", "closed"}
        by_name = {actor.email.partition("@")[0]: actor for actor in people.list_actors(A_WEDNESDAY)}
        assert {
            "ceo",
            "cmo",
            "cio",
            "cfo",
            "mika",
            "kenji",
            "sales-lead",
            "service-lead",
            "agency",
            "auditor",
            "admin",
        } <= (by_name.keys())
        assert len(by_name) > 25
        assert by_name["cmo"].offices == ("CMO",)
        assert by_name["cmo"].leads == ("marketing",)
        assert by_name["cio"].calendar == "london"
        assert by_name["agency"].is_partner
        assert by_name["auditor"].is_auditor
        assert by_name["admin"].is_admin
        assert {actor.locale for actor in by_name.values()} == {"en", "ja"}
        assert not by_name["yuto"].active, "somebody has left"
        posts = Counter(db.session.scalars(select(Post.department_code)))
        assert posts.keys() == set(db.session.scalars(select(Department.code)))
        assert min(posts.values()) >= 3


@pytest.mark.parametrize("moment", list(DAYS.values()), ids=list(DAYS))
def test_the_files_order_is_the_order_of_filing_whatever_the_day(moment: str) -> None:
    told = tomllib.loads((CONFIG / "demo" / "purchases.toml").read_text(encoding="utf-8"))["purchase"]
    people_told = tomllib.loads((CONFIG / "demo" / "people.toml").read_text(encoding="utf-8"))
    calendars = {
        site: business_time.parse(tomllib.loads((CONFIG / "calendars" / f"{site}.toml").read_text()))
        for site in ("tokyo", "london")
    }
    home = {member["name"]: calendars[member["site"]] for member in people_told["member"]}
    acts = purchase_acts(told, home.__getitem__, now=datetime.fromisoformat(moment))
    assert [act.story for act in acts if act.does in STARTS] == list(range(len(told)))


@LOADED
def test_a_company_that_has_members_stays_as_it_is(app: Flask, indoors: None) -> None:
    before = db.session.scalars(select(Member.email).order_by(Member.email)).all()
    with pytest.raises(NotNow) as refused:
        demo.load(CONFIG / "demo", now=A_WEDNESDAY)
    assert refused.value.said_code == "not_empty"
    assert db.session.scalars(select(Member.email).order_by(Member.email)).all() == before


def test_a_load_that_breaks_off_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    folder = shutil.copytree(CONFIG / "demo", tmp_path / "demo")
    stories = (folder / "purchases.toml").read_text(encoding="utf-8")
    (folder / "purchases.toml").write_text(
        stories.replace('who = "cfo", does = "approve"', 'who = "aoi", does = "approve"', 1)
    )
    with app.app_context():
        with pytest.raises(NotFound) as broken:
            load(A_WEDNESDAY, folder)
        assert "aoi approve" in broken.value.__notes__[0]
        for table in (Member, Purchase, Goal, Round, Seat, Message):
            assert db.session.scalars(select(table)).first() is None, table.__tablename__
        assert load(A_WEDNESDAY).members, "and it can be loaded properly afterwards"


@LOADED
def test_a_worker_delivers_the_present_and_only_that(app: Flask) -> None:
    with app.app_context():
        deliver(A_WEDNESDAY)
        sent = db.session.execute(select(Message.member_id, Message.subject_key).where(Message.state == "sent")).all()
        cmo = people.find_actor_by_email("cmo@example.com", A_WEDNESDAY)
        assert cmo is not None
        assert sorted(key for member, key in sent if member == cmo.id) == sorted(waiting(A_WEDNESDAY)["cmo"])
        assert not db.session.scalars(select(Message).where(Message.state.in_(["pending", "uncertain"]))).all()


@LOADED
def test_one_message_was_given_up_and_reaches_its_reader_when_it_is_tried_again(app: Flask) -> None:
    with app.app_context():
        emily = people.find_actor_by_email("emily@example.com", A_WEDNESDAY)
        (given_up,) = db.session.scalars(select(Message).where(Message.state == "broken")).all()
        assert emily is not None
        assert (given_up.member_id, given_up.problem) == (emily.id, "no_slack_account")
        outbox.retry(given_up.id, by=None, now=A_WEDNESDAY)
        deliver(A_WEDNESDAY)
        db.session.refresh(given_up)
        assert given_up.state == "sent"


@LOADED
def test_search_knows_the_past_at_once(app: Flask) -> None:
    with app.app_context():
        cmo = people.find_actor_by_email("cmo@example.com", A_WEDNESDAY)
        assert cmo is not None
        assert [hit.key for hit in subjects.search(cmo, "夏カタログ")]
        assert "goal" in [hit.kind for hit in subjects.search(cmo, "one customer record")]


@LOADED
def test_everything_that_can_happen_to_a_request_is_shown(app: Flask) -> None:
    with app.app_context():
        verbs = set(db.session.scalars(select(Entry.verb).where(Entry.subject_key.startswith("PR-")).distinct()))
        assert {
            "consult", "advocate", "review", "hold", "ask", "answer", "circulate", "read", "view_after", "add_step", "carried",
            "condition_set", "meet", "purchase", "ask_to_revoke", "amend", "share", "own_authority", "undo", "revoke", "decide",
        } <= verbs  # fmt: skip
        assert db.session.scalars(select(Entry).where(Entry.verb == "approve", Entry.acting_for.is_not(None))).first()


@LOADED
@pytest.mark.parametrize(
    ("how", "said", "notes"),
    [
        (
            "en",
            "tried to approve what they may not, and was refused",
            ["approve", "Nobody decides their own request, or one filed for them."],
        ),
        (
            "ja",
            "承認できない案件を承認しようとして拒否されました",
            ["承認", "本人の申請、または本人のための代理申請は、本人が決裁できません。"],
        ),
    ],
)
def test_who_tried_to_approve_their_own_request_stands_in_the_trail(
    app: Flask, how: str, said: str, notes: list[str]
) -> None:
    with app.app_context():
        auditor = people.find_actor_by_email("auditor@example.com", A_WEDNESDAY)
        assert auditor is not None
        (tried,) = audit.look(auditor, Look(verb="refused", begins="PR-")).rows
        (line,) = saying.lines(auditor, [tried], Reader(how, "Asia/Tokyo"))
        assert (line.what, [value for _label, value in line.notes or ()]) == (said, notes)
        request = db.session.scalars(select(Purchase).where(Purchase.title == "無線LAN機器の更新（東京本社）")).one()
        requester = people.get_actor(request.requester_id, A_WEDNESDAY)
        assert (tried.subject_key, tried.actor, request.state) == (request.key, requester.email, "pending")
