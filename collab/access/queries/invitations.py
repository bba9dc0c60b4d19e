"""Read-only answers about guests: who was invited, who stays until when, what is shared with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, select

from collab.access.models import Invitation, Session, SignInLink, Stay
from collab.access.registry import sharings
from collab.access.rules import invitations as rules
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound, Text
from collab.people import queries as people
from collab.people.queries import guests
from collab.people.queries.actors import fingerprint
from collab.people.queries.guests import GuestView
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow, Summary, by_member
from collab.subjects.signs import ME, only_where

PAGE = "/admin/partners"
_invitations: Table = Invitation.__table__  # type: ignore[assignment]
_stays: Table = Stay.__table__  # type: ignore[assignment]
_links: Table = SignInLink.__table__  # type: ignore[assignment]


def relations(actor: Actor, inviter: int | None) -> frozenset[str]:
    """What somebody is to a guest or an invitation: their roles, and `inviter` where they sent it themselves."""
    mine = actor.active and not actor.is_partner and actor.id == inviter
    return actor.roles | ({"inviter"} if mine else frozenset())


def standing(actor: Actor) -> frozenset[str]:
    """What somebody is on partners' pages: their roles, and `inviter` where there is anybody they ever invited."""
    mine = select(_stays.c.member_id).where(_stays.c.invited_by_id == actor.id).limit(1)
    sent = select(_invitations.c.id).where(_invitations.c.invited_by_id == actor.id).limit(1)
    has = actor.active and (db.session.scalar(mine) is not None or db.session.scalar(sent) is not None)
    return relations(actor, actor.id if has else None)


@dataclass(frozen=True)
class InvitationView:
    """An invitation as those see it who may."""

    id: int
    state: str
    email: str
    name: str
    partner: str
    locale: str
    until_on: date
    keys: tuple[str, ...]
    inviter: int
    made_at: datetime
    expires_at: datetime
    mailed_at: datetime | None
    ended_at: datetime | None


def _view(row: AnyRow, now: datetime) -> InvitationView:
    return InvitationView(
        row.id, rules.state_of(row, now), row.email, row.name, row.partner_code, row.locale, row.until_on, tuple(row.keys),
        row.invited_by_id, row.made_at, row.expires_at, row.mailed_at, row.accepted_at or row.revoked_at,
    )  # fmt: skip


def get_by_code(code: str, now: datetime) -> InvitationView:
    """The invitation of a code, whatever became of it. Raises NotFound."""
    row = db.session.execute(select(_invitations).where(_invitations.c.code_hash == fingerprint(code))).one_or_none()
    if row is None:
        raise NotFound
    return _view(row, now)


def get_invitation(viewer: Actor, invitation: int, now: datetime) -> InvitationView:
    """One a viewer may see. Raises NotFound."""
    row = db.session.execute(select(_invitations).where(_invitations.c.id == invitation)).one_or_none()
    if row is None or not (_sees_all(viewer) or row.invited_by_id == viewer.id):
        raise NotFound
    return _view(row, now)


def list_invitations(
    viewer: Actor, now: datetime, *, state: str | None = None, offset: int = 0, limit: int = 100
) -> tuple[list[InvitationView], int]:
    """The newest first: all for administrators and auditors, one's own for everybody else; and how many there are."""
    mine = [] if _sees_all(viewer) else [_invitations.c.invited_by_id == viewer.id]
    found = select(_invitations).where(*mine, *_in_state(state, now))
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page = found.order_by(_invitations.c.id.desc()).offset(offset).limit(limit)
    return [_view(row, now) for row in db.session.execute(page)], total


def _in_state(state: str | None, now: datetime) -> list[Any]:
    table = _invitations.c
    untouched = table.accepted_at.is_(None) & table.revoked_at.is_(None)
    conditions = {
        rules.OPEN: untouched & (table.expires_at > now), rules.EXPIRED: untouched & (table.expires_at <= now),
        rules.ACCEPTED: table.accepted_at.is_not(None), rules.REVOKED: table.revoked_at.is_not(None),
    }  # fmt: skip
    return [conditions[state]] if state else []


def _sees_all(viewer: Actor) -> bool:
    return viewer.is_admin or viewer.is_auditor


def find_stay(member: int) -> AnyRow | None:
    """Until when a guest may come, and who answers for them; None where nobody said."""
    return db.session.execute(select(_stays).where(_stays.c.member_id == member)).one_or_none()


@dataclass(frozen=True)
class Visit:
    """A guest as partners' pages show them: `shared` is what the viewer may see of what is shared with them, `hidden` how much
    more there is."""

    guest: GuestView
    until_on: date | None
    inviter: int | None
    seen_at: datetime | None
    shared: tuple[Summary, ...]
    hidden: int


def list_visits(viewer: Actor) -> list[Visit]:
    """Guests by partner: all for administrators and auditors, for everybody else those they invited."""
    stays = {row.member_id: row for row in db.session.execute(select(_stays))}
    found = [
        one
        for one in guests.list_all_guests()
        if _sees_all(viewer) or (one.id in stays and stays[one.id].invited_by_id == viewer.id)
    ]
    ids = [one.id for one in found]
    shared, seen = shared_with(ids), last_seen(ids)
    visible = subjects.list_summaries(viewer, {key for keys in shared.values() for key in keys})
    return [_visit(one, stays.get(one.id), seen.get(one.id), shared.get(one.id, ()), visible) for one in found]


def _visit(
    guest: GuestView, stay: AnyRow | None, seen_at: datetime | None, keys: Sequence[str], visible: dict[str, Summary]
) -> Visit:
    told = tuple(visible[key] for key in keys if key in visible)
    return Visit(
        guest,
        stay.until_on if stay else None,
        stay.invited_by_id if stay else None,
        seen_at,
        told,
        len(keys) - len(told),
    )


def shared_with(members: Sequence[int]) -> dict[int, list[str]]:
    """The keys of everything that is shared with these guests, kind by kind."""
    found: dict[int, list[str]] = defaultdict(list)
    for sharing in sharings.values():
        for member, keys in sharing.shared(members).items() if members else ():
            found[member] += keys
    return found


def last_seen(members: Sequence[int]) -> dict[int, datetime]:
    """When each was last at work in a browser; who never was is not there."""
    rows = select(Session.member_id, func.max(Session.seen_at)).where(Session.member_id.in_(sorted(members)))
    return dict(db.session.execute(rows.group_by(Session.member_id)).all())


def list_promised(invitation: InvitationView, now: datetime) -> list[Summary]:
    """What an invitation lets somebody see, as far as its sender sees it now."""
    sender = people.get_actor(invitation.inviter, now)
    seen = subjects.list_summaries(sender, invitation.keys) if sender.active else {}
    return [seen[key] for key in invitation.keys if key in seen]


def count_links(member: int, since: datetime) -> int:
    """How many sign-in links somebody asked for since a moment."""
    asked = (_links.c.member_id == member) & (_links.c.asked_at > since)
    return db.session.scalar(select(func.count()).select_from(_links).where(asked)) or 0


def find_link(code: str) -> AnyRow | None:
    """The sign-in link of a code, whatever became of it."""
    return db.session.execute(select(_links).where(_links.c.code_hash == fingerprint(code))).one_or_none()


@only_where(select(_stays.c.member_id).where(_stays.c.invited_by_id == ME, _stays.c.ended_at.is_(None)))
def inbox(viewers: Iterable[Actor], now: datetime) -> dict[int, list[InboxRow]]:
    """Inviters are asked whether a guest stays on, in the last week of the stay."""
    today, senders = people.today(now), {one.id for one in viewers if "member" in one.roles}
    soon = _stays.c.ended_at.is_(None) & _stays.c.until_on.between(today, today + rules.WARNED_BEFORE)
    rows = db.session.execute(select(_stays).where(soon, _stays.c.invited_by_id.in_(sorted(senders)))).all()
    names = people.names_of(row.member_id for row in rows)
    return by_member((row.invited_by_id, _asked(row, names[row.member_id])) for row in rows)


def _asked(row: AnyRow, guest: Any) -> InboxRow:
    since = end_of(row.until_on) - rules.WARNED_BEFORE
    title = guest.name_en if guest.name_en == guest.name_ja else f"{guest.name_ja} {guest.name_en}"
    ask = Text("invitation.inbox.ending")
    return InboxRow(
        key=guest.email, ask=ask, title=title, path=PAGE, since=max(since, row.began_at), due_at=end_of(row.until_on)
    )


def end_of(day: date) -> datetime:
    """The last moment of a day in the company's zone: its day is over then."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(company().zone))
