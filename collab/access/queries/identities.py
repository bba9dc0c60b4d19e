"""Whose an account at a provider is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from collab.access.models import Identity
from collab.kernel.db import db


def find_owner(issuer: str, subject: str) -> int | None:
    """The member an account is bound to."""
    return db.session.scalar(select(Identity.member_id).where(Identity.issuer == issuer, Identity.subject == subject))


def find_subject(member_id: int, issuer: str) -> str | None:
    """The account of an issuer that is a member's."""
    return db.session.scalar(select(Identity.subject).where(Identity.member_id == member_id, Identity.issuer == issuer))


def list_identities(member_id: int) -> Sequence[Any]:
    """The accounts a member signs in with: issuer, address when it was bound, since when, last used."""
    columns = (Identity.issuer, Identity.email, Identity.bound_at, Identity.seen_at)
    return db.session.execute(select(*columns).where(Identity.member_id == member_id).order_by(Identity.bound_at)).all()
