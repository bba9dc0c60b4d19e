"""Who works where and holds what. Everything that changes with a reorganisation has a first and a last day
(both inclusive), so that 1 April can be loaded in February."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

_ORDERED = "until_on is null or until_on >= from_on"


class Site(Base):
    """A place with a calendar and a zone."""

    __tablename__ = "sites"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_ja: Mapped[str]
    zone: Mapped[str]
    calendar: Mapped[str]


class Partner(Base):
    """An agency or integrator; its members are guests."""

    __tablename__ = "partners"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_ja: Mapped[str]


class Member(Base):
    """A person who uses the service. Never deleted: what they decided stays theirs. Until somebody chose their language
    (`locale_given`) it is that of their Slack profile."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale in ('en', 'ja')", name="locale_known"),
        CheckConstraint("not (is_admin and is_auditor)", name="not_admin_and_auditor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name_en: Mapped[str]
    name_ja: Mapped[str]
    locale: Mapped[str] = mapped_column(default="en")
    locale_given: Mapped[bool] = mapped_column(default=False, server_default=text("true"))
    zone: Mapped[str | None]
    site_code: Mapped[str | None] = mapped_column(ForeignKey("sites.code"))
    partner_code: Mapped[str | None] = mapped_column(ForeignKey("partners.code"))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_auditor: Mapped[bool] = mapped_column(default=False)
    deactivated_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Department(Base):
    """A department; it belongs to a side (business, it, ...). After its last day (`closed_on`) nothing new is asked of it."""

    __tablename__ = "departments"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_ja: Mapped[str]
    side: Mapped[str]
    closed_on: Mapped[date | None]


class Post(Base):
    """A member's place in a department; several at a time are concurrent posts (兼務), `rank` 0 is the main one."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("member_id", "department_code", "from_on"),
        CheckConstraint(_ORDERED, name="days_ordered"),
        Index("ix_posts_department_code", "department_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    rank: Mapped[int] = mapped_column(default=0)
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Lead(Base):
    """Who leads a department from a day."""

    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("department_code", "from_on"),
        CheckConstraint(_ORDERED, name="days_ordered"),
        Index("ix_leads_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class ReportingLine(Base):
    """Whom a member reports to from a day."""

    __tablename__ = "reporting_lines"
    __table_args__ = (
        UniqueConstraint("member_id", "from_on"),
        CheckConstraint(_ORDERED, name="days_ordered"),
        CheckConstraint("member_id <> manager_id", name="not_to_oneself"),
        Index("ix_reporting_lines_manager_id", "manager_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Office(Base):
    """A post of the company, such as CMO, whoever holds it."""

    __tablename__ = "offices"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_ja: Mapped[str]


class Term(Base):
    """A member holds an office from a day; `acting` is 職務代行. An office one gave oneself waits for confirmation."""

    __tablename__ = "office_terms"
    __table_args__ = (
        UniqueConstraint("office_code", "member_id", "from_on"),
        CheckConstraint(_ORDERED, name="days_ordered"),
        Index("ix_office_terms_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    acting: Mapped[bool] = mapped_column(default=False)
    confirmed: Mapped[bool] = mapped_column(default=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    started_at: Mapped[datetime | None] = mapped_column(Moment)


class Group(Base):
    """A named set of members."""

    __tablename__ = "groups"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_ja: Mapped[str]


class GroupMember(Base):
    """Somebody's membership of a group."""

    __tablename__ = "group_members"

    group_code: Mapped[str] = mapped_column(ForeignKey("groups.code"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Absence(Base):
    """Days a member is away (both inclusive, in the member's own zone) and who stands in."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days_ordered"),
        CheckConstraint("member_id <> deputy_id", name="deputy_is_another"),
        Index("ix_absences_member_id_until_on", "member_id", "until_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
