"""A purchase request (購買稟議): what is to be bought, for which goal, by whom. Amounts are minor units."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment
from collab.kernel.keys import key_of
from collab.kernel.money import Money

_STATES = "state in ('draft', 'pending', 'returned', 'approved', 'rejected', 'dropped', 'revoked', 'purchased')"
_LARGE = BigInteger()
_ENDED = text("ended_at is not null")
_PENDING = text("state = 'pending'")
PREFIX = "PR"


class Purchase(Base):
    """One request. `version` guards writes (If-Match); `content_version` counts edits and submissions only."""

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint(_STATES, name="state_known"),
        CheckConstraint(
            "category in ('martech', 'emerging', 'infrastructure', 'service', 'other')", name="category_known"
        ),
        CheckConstraint("billing in ('one_time', 'monthly', 'annual')", name="billing_known"),
        CheckConstraint("visibility in ('company', 'involved')", name="visibility_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("(amount_minor is null) = (total_minor is null)", name="total_follows_amount"),
        CheckConstraint(
            "(after_the_fact_on is null) = (after_the_fact_reason is null)", name="after_the_fact_reasoned"
        ),
        CheckConstraint("term_months between 1 and 120", name="term_sane"),
        CheckConstraint("length(title) > 0", name="title_given"),
        CheckConstraint("(state = 'purchased') = (purchased_on is not null)", name="order_dated"),
        Index(
            "ix_purchases_amends_id",
            "amends_id",
            sqlite_where=text("amends_id is not null"),
            postgresql_where=text("amends_id is not null"),
        ),
        Index("ix_purchases_vendor_normal_submitted_at", "vendor_normal", "submitted_at"),
        Index("ix_purchases_requester_id_state", "requester_id", "state"),
        Index("ix_purchases_goal_id", "goal_id"),
        Index("ix_purchases_initiative_id", "initiative_id"),
        Index("ix_purchases_department_code", "department_code"),
        Index("ix_purchases_pending", "department_code", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_purchases_ended_at", "ended_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    content_version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    requester_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))

    title: Mapped[str]
    purpose: Mapped[str | None]
    vendor: Mapped[str | None]
    vendor_normal: Mapped[str | None]
    category: Mapped[str | None]
    amount_minor: Mapped[int | None] = mapped_column(_LARGE)
    total_minor: Mapped[int | None] = mapped_column(_LARGE)
    currency: Mapped[str]
    tax_included: Mapped[bool] = mapped_column(default=True)
    billing: Mapped[str] = mapped_column(default="one_time")
    term_months: Mapped[int | None]
    channels: Mapped[int] = mapped_column(default=0)
    units: Mapped[int] = mapped_column(default=0)
    regions: Mapped[int] = mapped_column(default=0)
    personal_data: Mapped[bool] = mapped_column(default=False)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    no_goal_reason: Mapped[str | None]
    initiative_id: Mapped[int | None] = mapped_column(ForeignKey("initiatives.id"))
    """The joint initiative it is bought for: what its pilot may cost, and until when, counts for it."""
    cx_impact: Mapped[str | None]
    benefit_text: Mapped[str | None]
    benefit_minor: Mapped[int | None] = mapped_column(_LARGE)
    benefit_by_on: Mapped[date | None]
    business_owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    technical_owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    data_owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    after_the_fact_on: Mapped[date | None]
    after_the_fact_reason: Mapped[str | None]
    needed_by_on: Mapped[date | None]
    visibility: Mapped[str] = mapped_column(default="involved")
    route: Mapped[str | None]
    copied_from: Mapped[str | None]
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.id"))
    """The decided request this one changes (変更稟議)."""
    purchased_on: Mapped[date | None]
    order_reference: Mapped[str | None]

    created_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    extensions: Mapped[int | None]
    """How often more time was taken since it was sent back."""

    @property
    def key(self) -> str:
        """`PR-12`."""
        return key_of(PREFIX, self.id)

    @property
    def amount(self) -> Money | None:
        """One payment."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def total(self) -> Money | None:
        """All payments of the term."""
        return None if self.total_minor is None else Money(self.total_minor, self.currency)

    @property
    def benefit_amount(self) -> Money | None:
        """What it is expected to bring."""
        return None if self.benefit_minor is None else Money(self.benefit_minor, self.currency)

    @property
    def barred(self) -> frozenset[int]:
        """Who may never decide it: the requester and whom it is filed for."""
        return frozenset({self.requester_id} | ({self.on_behalf_of_id} if self.on_behalf_of_id else set()))


class Share(Base):
    """A draft shown to somebody before it is submitted (事前共有, 根回し): they may comment, and decide nothing by it."""

    __tablename__ = "purchase_shares"
    __table_args__ = (
        Index("uq_purchase_shares_member", "purchase_id", "member_id", unique=True),
        Index("ix_purchase_shares_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    shared_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    shared_at: Mapped[datetime] = mapped_column(Moment)
    content_version: Mapped[int]
    note: Mapped[str | None]
