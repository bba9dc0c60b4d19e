"""What a member chose of how they are spoken to, and what is only taken over for them."""

from __future__ import annotations

from sqlalchemy import select

from collab.kernel.db import AnyRow, db
from collab.people.models import Member


def habits_of(member_id: int) -> AnyRow:
    """Language, whether they chose it, and a zone of their own (None: that of their site)."""
    columns = (Member.locale, Member.locale_given, Member.zone)
    return db.session.execute(select(*columns).where(Member.id == member_id)).one()


def chose_language(member_id: int) -> bool:
    """Whether somebody said which language they are spoken to in."""
    return bool(habits_of(member_id).locale_given)
