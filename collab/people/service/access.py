"""The audit subject of a member, and their Slack accounts when they leave."""

from __future__ import annotations

from sqlalchemy import delete

from collab.kernel.db import db
from collab.people.models import SlackAccount


def subject_of(email: str) -> str:
    """The audit subject of a member."""
    return f"member:{email}"


def let_go(member_id: int) -> None:
    """Let go of a member's Slack accounts, inside the caller's transaction."""
    db.session.execute(delete(SlackAccount).where(SlackAccount.member_id == member_id))
