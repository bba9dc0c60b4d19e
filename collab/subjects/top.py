"""The few rows of most weight of each member, and how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, exists, func, or_, select

from collab.subjects.readers import Given

MOST = 5
"""Rows of a list for each member."""


def top(found: FromClause, *by: str, down: Sequence[str] = (), most: int = MOST) -> Select[Any]:
    """Of rows with a `member`: the first few of each in the order of some columns, with `place` and the `total` of all."""
    order = [found.c[name].desc() if name in down else found.c[name].asc() for name in by]
    place = func.row_number().over(partition_by=found.c.member, order_by=order).label("place")
    ranked = select(found, place, func.count().over(partition_by=found.c.member).label("total")).subquery("ranked")
    return select(ranked).where(ranked.c.place <= most).order_by(ranked.c.member, ranked.c.place)


def wanted(given: Given, number: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a reader hears of the thing of this number because it is theirs: not if they muted it, or its kind and do not
    follow it."""
    me = given.me
    follows = exists().where(given.followed.c.member == me.c.member, given.followed.c.number == number)
    return or_(me.c.told == 1, follows) & ~muted(given, me.c.member, number)


def muted(given: Given, member: ColumnElement[int], number: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the member wants to hear nothing of the thing of this number."""
    return exists().where(given.muted.c.member == member, given.muted.c.number == number)
