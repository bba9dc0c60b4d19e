"""A small company: offices, departments, two sites, a partner, an auditor, an admin; calendars and routes from config/.

company.member("mika")            # the Actor as of today
company.away("cmo", deputy="nao") # from today on
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import update

from collab.access.service import tokens
from collab.approvals import service as approvals
from collab.calendars import service as calendars
from collab.goals.models import Goal, Owner
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people import models as tables
from collab.people import queries as people
from collab.people import service
from collab.purchases import service as purchases
from collab.purchases.models import Purchase
from collab.subjects.models import Subject
from tests.factories.papers import request_fields
from tests.parts.applications import inside

CONFIG = Path(__file__).parents[2] / "config"
NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
"""Wednesday, 10:00 in Tokyo: where every test starts unless it travels."""
SINCE = date(2025, 4, 1)


@dataclass(frozen=True)
class Person:
    """One member as the company lists them."""

    name: str
    name_en: str
    name_ja: str
    departments: tuple[str, ...] = ()
    leads: str | None = None
    office: str | None = None
    manager: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


PEOPLE = (
    Person("ceo", "Haruto Aoki", "青木 陽翔", ("finance",), office="CEO"),
    Person("cmo", "Yuki Mori", "森 由紀", ("marketing",), "marketing", "CMO", "ceo"),
    Person("cio", "Daichi Sakai", "酒井 大地", ("it",), "it", "CIO", "ceo"),
    Person("cfo", "Emi Hara", "原 恵美", ("finance",), "finance", "CFO", "ceo"),
    Person("mika", "Mika Tanabe", "田辺 美香", ("marketing",), manager="cmo"),
    Person("nao", "Nao Ishii", "石井 直", ("marketing",), manager="cmo"),
    Person("kenji", "Kenji Ono", "小野 健二", ("it",), manager="cio"),
    Person("sales-lead", "Rin Ueda", "上田 凛", ("sales",), "sales", manager="ceo"),
    Person("service-lead", "Sora Maeda", "前田 空", ("service",), "service", manager="ceo"),
    Person(
        "emma",
        "Emma Clarke",
        "エマ・クラーク",
        ("sales",),
        manager="sales-lead",
        more={"site_code": "london", "locale": "en"},
    ),
    Person("agency", "Ken Partner", "外部 健", more={"partner_code": "kumo"}),
    Person("auditor", "Aya Kansa", "監査 彩", more={"is_auditor": True}),
    Person("admin", "Sho Kanri", "管理 翔", ("it",), manager="cio", more={"is_admin": True}),
    Person("left", "Taro Moto", "元 太郎", ("marketing",), manager="cmo"),
)
NAMES = tuple(person.name for person in PEOPLE)
DEPARTMENTS = {
    "marketing": ("Marketing", "マーケティング部", "business"), "it": ("IT", "情報システム部", "it"),
    "sales": ("Sales", "営業部", "business"), "service": ("Customer service", "カスタマーサービス部", "business"),
    "finance": ("Finance", "経理部", "business"),
}  # fmt: skip
OFFICES = {"CEO": "社長", "CMO": "最高マーケティング責任者", "CIO": "最高情報責任者", "CFO": "最高財務責任者"}
GOALS = (("Answer every customer within a day", "active"), ("A store visit without queues", "closed"))


def address(name: str) -> str:
    """The e-mail of somebody named briefly."""
    return name if "@" in name else f"{name}@example.com"


def profile(person: Any) -> dict[str, str]:
    """What their Slack profile says of language and zone: whoever works in London lives there."""
    abroad = person.more.get("site_code") == "london"
    return {"locale": "en-GB", "tz": "Europe/London"} if abroad else {"locale": "ja-JP", "tz": "Asia/Tokyo"}


def found(app: Flask) -> None:
    """Found the company in a migrated, empty database."""
    with inside(app):
        for file in sorted((CONFIG / "calendars").glob("*.toml")):
            calendars.take(tomllib.loads(file.read_text(encoding="utf-8")), actor=None, now=NOW)
        routes = [file.read_text(encoding="utf-8") for file in sorted((CONFIG / "routes").glob("*.toml"))]
        approvals.take(routes, actor=None, now=NOW)
        with atomic() as unit:
            unit.session.add_all(_places())
            unit.session.flush()
        ids = {person.name: _join(person) for person in PEOPLE}
        with atomic() as unit:
            unit.session.add_all(_posts(ids))
            unit.session.add_all(_goals())
            unit.session.flush()
            unit.session.add_all(
                Subject(key=f"G-{number}", kind="goal", audit_seq=0, audit_hash="", indexed_seq=0, created_at=NOW)
                for number, _ in enumerate(GOALS, 1)
            )
            unit.session.add_all(
                Owner(goal_id=number, side=1, department_code="marketing", member_id=ids["cmo"], named_at=NOW,
                      accepted_at=NOW, means="It is ours.", confidence=70)
                for number, _ in enumerate(GOALS, 1)
            )  # fmt: skip
        service.deactivate(address("left"), by=None, now=NOW)
        db.session.remove()


def _goals() -> Iterator[Goal]:
    for title, state in GOALS:
        over = {"closed_at": NOW, "result": "achieved"} if state == "closed" else {}
        yield Goal(title=title, state=state, created_at=NOW, activated_at=NOW, **over)


def _places() -> Iterator[Any]:
    yield tables.Site(code="tokyo", name_en="Tokyo", name_ja="東京", zone="Asia/Tokyo", calendar="tokyo")
    yield tables.Site(code="london", name_en="London", name_ja="ロンドン", zone="Europe/London", calendar="london")
    yield tables.Partner(code="kumo", name_en="Studio Kumo", name_ja="スタジオ雲")
    yield from (
        tables.Department(code=code, name_en=en, name_ja=ja, side=side) for code, (en, ja, side) in DEPARTMENTS.items()
    )
    yield from (tables.Office(code=code, name_en=code, name_ja=ja) for code, ja in OFFICES.items())


def _join(person: Person) -> int:
    fields = {"site_code": "tokyo", "locale": "ja", **person.more}
    return service.add_member(
        {"email": address(person.name), "name_en": person.name_en, "name_ja": person.name_ja, **fields},
        by=None,
        now=NOW,
    )


def _posts(ids: dict[str, int]) -> Iterator[Any]:
    for person in PEOPLE:
        mine = {"member_id": ids[person.name], "from_on": SINCE}
        for rank, department in enumerate(person.departments):
            yield tables.Post(department_code=department, rank=rank, **mine)
        if person.leads:
            yield tables.Lead(department_code=person.leads, **mine)
        if person.office:
            yield tables.Term(office_code=person.office, **mine)
        if person.manager:
            yield tables.ReportingLine(manager_id=ids[person.manager], **mine)


class Company:
    """The company in the hands of a test. Every method may be called inside or outside the application's context."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.now = NOW

    def later(self, **span: float) -> datetime:
        """Let time pass in this test; the new present moment."""
        self.now += timedelta(**(span or {"minutes": 1}))
        return self.now

    def member(self, name: str) -> Actor:
        """Somebody as of now, whether still here or not."""
        with inside(self.app):
            actor = people.find_actor_by_email(address(name), self.now)
            assert actor is not None, f"nobody is called {name}"
            return actor

    def id(self, name: str) -> int:
        """A member's id."""
        return self.member(name).id

    def token(self, name: str) -> str:
        """A bearer token."""
        with inside(self.app):
            return tokens.create_token(self.member(name), label="test", by=None, now=self.now)

    def filed(self, by: str = "mika", **fields: Any) -> str:
        """The key of a request written and submitted."""
        with inside(self.app):
            return purchases.file(self.member(by), request_fields(**fields), now=self.now).key

    def drafted(self, by: str = "mika", **fields: Any) -> str:
        """The key of a request nobody is asked about yet."""
        with inside(self.app):
            return purchases.draft(self.member(by), request_fields(**fields), now=self.now).key

    def decide(
        self, key: str, by: str, verb: str = "approve", comment: str | None = None, **more: Any
    ) -> approvals.Decision:
        """Somebody decides; a reason is made up where one is needed."""
        comment = comment or (None if verb == "approve" else "Please think again.")
        with inside(self.app):
            return approvals.decide(
                key=key, actor=self.member(by), verb=verb, comment=comment, now=self.later(), **more
            )

    def decided(self, *, by: str = "mika", yes: tuple[str, ...] = ("cmo", "cio"), **fields: Any) -> str:
        """The key of a request filed and approved by these members in turn."""
        key = self.filed(by, **fields)
        for name in yes:
            self.decide(key, name)
        return key

    def purchase(self, key: str) -> Purchase:
        """The row as it stands."""
        with inside(self.app):
            db.session.rollback()
            row = db.session.get(Purchase, int(key.partition("-")[2]))
            assert row is not None
            return row

    def away(self, name: str, *, deputy: str | None = None, days: int = 5) -> None:
        """Somebody is away from today on."""
        with inside(self.app):
            today = people.today(self.now)
            until = today + timedelta(days=days)
            stand_in = address(deputy) if deputy else None
            service.be_away(self.member(name), from_on=today, until_on=until, deputy=stand_in, now=self.now)

    def leaves(self, name: str) -> None:
        """Somebody leaves the company."""
        with inside(self.app):
            service.deactivate(address(name), by=None, now=self.now)

    def takes_office(self, name: str, office: str, *, acting: bool = False) -> None:
        """Somebody holds an office from today; whoever held it before keeps it only beside an acting holder."""
        today = people.today
        with inside(self.app), atomic() as unit:
            on = today(self.now)
            if not acting:
                before = (tables.Term.office_code == office) & tables.Term.until_on.is_(None)
                unit.session.execute(update(tables.Term).where(before).values(until_on=on - timedelta(days=1)))
            unit.session.add(tables.Term(office_code=office, member_id=self.id(name), acting=acting, from_on=on))

    def leads(self, name: str, department: str) -> None:
        """Somebody leads a department from today."""
        with inside(self.app), atomic() as unit:
            on = people.today(self.now)
            before = (tables.Lead.department_code == department) & tables.Lead.until_on.is_(None)
            unit.session.execute(update(tables.Lead).where(before).values(until_on=on - timedelta(days=1)))
            unit.session.add(tables.Lead(department_code=department, member_id=self.id(name), from_on=on))

    def routes(self, *texts: str) -> None:
        """Bring other routes in force."""
        with inside(self.app):
            approvals.take(texts, actor=None, now=self.now)

    @contextmanager
    def indoors(self) -> Iterator[None]:
        """The application's context for calls to services."""
        with inside(self.app):
            yield


def as_of(actor: Actor, **changes: Any) -> Actor:
    """The same member with something else about them."""
    return replace(actor, **changes)
