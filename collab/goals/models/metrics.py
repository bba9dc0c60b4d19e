"""What a goal is measured by, and what was measured."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Exact, Moment

_KEPT = text("removed_at is null")


class Metric(Base):
    """One metric of a goal; the first by position is the main one. A promise pairs one of role `promise` with one of role
    `experience`.

    A ratio's value is numerator / denominator x `per`. `gathers` computes it from the main metrics of contributing
    children instead of from measurements of its own, one figure per `period`. `about` is the unit of analysis: whom or what
    it counts. `value`, `numerator`, `denominator` and `measured_on` are the latest measurement, remembered.
    """

    __tablename__ = "goal_metrics"
    __table_args__ = (
        CheckConstraint(
            "kind in ('increase', 'decrease', 'reach', 'stay_above', 'stay_below', 'stay_between')", name="kind_known"
        ),
        CheckConstraint("role in ('', 'promise', 'experience')", name="role_known"),
        CheckConstraint("period in ('day', 'week', 'month', 'quarter', 'year')", name="period_known"),
        CheckConstraint("about in ('customer', 'campaign', 'channel', 'other')", name="about_known"),
        CheckConstraint("per in (1, 100, 1000, 1000000)", name="per_known"),
        CheckConstraint("places between 0 and 6", name="places_sane"),
        CheckConstraint("stale_after_days > 0", name="stale_after_positive"),
        CheckConstraint("length(name) > 0", name="name_given"),
        Index(
            "uq_goal_metrics_position", "goal_id", "position", unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    type: Mapped[str] = mapped_column(default="custom")
    unit: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    baseline: Mapped[Decimal | None] = mapped_column(Exact)
    baseline_on: Mapped[date | None]
    target: Mapped[Decimal | None] = mapped_column(Exact)
    floor: Mapped[Decimal | None] = mapped_column(Exact)
    ceiling: Mapped[Decimal | None] = mapped_column(Exact)
    is_ratio: Mapped[bool] = mapped_column(default=False)
    per: Mapped[int] = mapped_column(default=1)
    gathers: Mapped[bool] = mapped_column(default=False)
    period: Mapped[str] = mapped_column(default="month")
    about: Mapped[str] = mapped_column(default="customer")
    places: Mapped[int] = mapped_column(default=1)
    stale_after_days: Mapped[int | None]
    value: Mapped[Decimal | None] = mapped_column(Exact)
    numerator: Mapped[Decimal | None] = mapped_column(Exact)
    denominator: Mapped[Decimal | None] = mapped_column(Exact)
    measured_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class Measurement(Base):
    """What a metric was on a day, according to a source; measuring again on that day by that source replaces it.

    Of several sources on one day the one recorded last counts. A figure gathered from children has the source `children`,
    the first day of its period as its day, nobody who recorded it, and says of how many children it comes (`parts` of
    `parts_of`).
    """

    __tablename__ = "goal_measurements"
    __table_args__ = (
        UniqueConstraint("metric_id", "on", "source"),
        CheckConstraint("(numerator is null) = (denominator is null)", name="ratio_whole"),
        CheckConstraint("(value is null) <> (numerator is null)", name="one_figure"),
        CheckConstraint("sample > 0", name="sample_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(ForeignKey("goal_metrics.id"))
    on: Mapped[date]
    source: Mapped[str] = mapped_column(default="")
    value: Mapped[Decimal | None] = mapped_column(Exact)
    numerator: Mapped[Decimal | None] = mapped_column(Exact)
    denominator: Mapped[Decimal | None] = mapped_column(Exact)
    sample: Mapped[int | None]
    parts: Mapped[int | None]
    parts_of: Mapped[int | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
