"""Which Slack account is whose, and which are nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from collab.kernel.db import AnyRow, db
from collab.people.models import LinkCode, Member, SlackAccount, SlackLookup, SlackStranger
from collab.people.queries.actors import fingerprint
from collab.people.rules import LOOK_AGAIN, UNLINKED

_STRANGER = (
    SlackStranger.team_id, SlackStranger.user_id, SlackStranger.name, SlackStranger.handle, SlackStranger.email,
    SlackStranger.why, SlackStranger.times, SlackStranger.first_at, SlackStranger.last_at, SlackStranger.dismissed_at,
)  # fmt: skip


def find_slack_account(member_id: int, team_id: str | None = None) -> str | None:
    """The Slack user id to write to, in one workspace or in any."""
    mine = SlackAccount.member_id == member_id
    where = mine if team_id is None else mine & (SlackAccount.team_id == team_id)
    return db.session.scalar(select(SlackAccount.user_id).where(where).limit(1))


def slack_accounts_of(members: Iterable[int], team_id: str) -> dict[int, str]:
    """The Slack accounts of these members in one workspace, by member, as far as they are known."""
    theirs = SlackAccount.member_id.in_(sorted(set(members))) & (SlackAccount.team_id == team_id)
    rows = db.session.execute(select(SlackAccount.member_id, SlackAccount.user_id).where(theirs))
    return {row.member_id: row.user_id for row in rows}


def find_holder(team_id: str, user_id: str) -> AnyRow | None:
    """The member a Slack account is tied to, whether still here or not: id, address, and how it was tied."""
    tied = (SlackAccount.team_id == team_id) & (SlackAccount.user_id == user_id)
    columns = select(Member.id, Member.email, SlackAccount.linked_by)
    return db.session.execute(columns.join(SlackAccount, SlackAccount.member_id == Member.id).where(tied)).one_or_none()


def list_slack_accounts(member_id: int) -> Sequence[Any]:
    """The Slack accounts that are a member's, and who tied them ("e-mail" when the address did)."""
    columns = (SlackAccount.team_id, SlackAccount.user_id, SlackAccount.linked_at, SlackAccount.linked_by)
    mine = SlackAccount.member_id == member_id
    return db.session.execute(select(*columns).where(mine).order_by(SlackAccount.linked_at)).all()


def find_link_offer(code: str, now: datetime) -> Any:
    """The Slack account a link code stands for, while it can be used."""
    usable = (LinkCode.code_hash == fingerprint(code)) & LinkCode.used_at.is_(None) & (LinkCode.expires_at > now)
    return db.session.execute(select(LinkCode.team_id, LinkCode.user_id).where(usable)).one_or_none()


def find_stranger(team_id: str, user_id: str) -> AnyRow | None:
    """What is known of an account that is nobody's."""
    that = (SlackStranger.team_id == team_id) & (SlackStranger.user_id == user_id)
    return db.session.execute(select(*_STRANGER).where(that)).one_or_none()


def list_strangers() -> Sequence[AnyRow]:
    """Slack accounts that are no member's, whoever spoke last first; those that were only disconnected and never spoke
    since are nobody's concern."""
    spoke = SlackStranger.times > 0
    return db.session.execute(select(*_STRANGER).where(spoke).order_by(SlackStranger.last_at.desc())).all()


def list_unlinked(team_id: str | None) -> Sequence[AnyRow]:
    """Active members without an account in our workspace (in any, while ours is unknown): when we last looked for one, and
    why none was found; both empty where nothing was to be said to them yet."""
    tied = SlackAccount.member_id == Member.id
    columns = (Member.id, Member.email, Member.name_en, Member.name_ja, SlackLookup.looked_at, SlackLookup.why)
    rows = (
        select(*columns)
        .outerjoin(SlackAccount, tied if team_id is None else tied & (SlackAccount.team_id == team_id))
        .outerjoin(SlackLookup, SlackLookup.member_id == Member.id)
        .where(Member.deactivated_at.is_(None), SlackAccount.user_id.is_(None))
    )
    return db.session.execute(rows.order_by(Member.email)).all()


def list_linked() -> Sequence[AnyRow]:
    """Who has which account, since when, and who tied it."""
    columns = (
        Member.email,
        Member.name_en,
        Member.name_ja,
        SlackAccount.user_id,
        SlackAccount.linked_at,
        SlackAccount.linked_by,
    )
    rows = select(*columns).join(Member, Member.id == SlackAccount.member_id).order_by(Member.email)
    return db.session.execute(rows).all()


def was_sought(member_id: int, now: datetime) -> bool:
    """Whether Slack was asked for this member's account lately, in vain, or must not be asked at all."""
    row = db.session.execute(
        select(SlackLookup.looked_at, SlackLookup.why).where(SlackLookup.member_id == member_id)
    ).one_or_none()
    return row is not None and (row.why == UNLINKED or abs(now - row.looked_at) < LOOK_AGAIN)


def count_strangers() -> int:
    """How many accounts wait for somebody to look at them."""
    waiting = SlackStranger.dismissed_at.is_(None) & (SlackStranger.times > 0)
    return db.session.scalar(select(func.count()).select_from(SlackStranger).where(waiting)) or 0
