"""Who must agree before a decision is revoked, today; and what becomes of the question when they go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, update

from collab.approvals.models import RevocationVoice
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.queries.revocations import RevocationView, Voice, find_open, list_for_office, list_where_asked
from collab.approvals.rules import seating
from collab.approvals.rules.plan import Organisation
from collab.approvals.service.applying import move_round
from collab.approvals.service.opening import organisation
from collab.audit import service as audit
from collab.kernel import i18n
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects import service as subjects

CARD = "approval.revocation"
_voices: Table = RevocationVoice.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Asked:
    """Somebody who must agree, and the office they are asked for."""

    member: int
    office: str | None = None


def ask(asked: RevocationView, members: Iterable[int], *, now: datetime, version: int = 0) -> None:
    """Put the question before those who must agree; `version` of the round, where it came to them later (again, it may be)."""
    of, turn = f"{asked.subject}:revocation:{asked.id}", f":v{version}" if version else ""
    outbox.enqueue(*(Note(CARD, asked.subject, f"{of}:{member}{turn}", member=member) for member in members), now=now)


def list_voices(chain: Chain, now: datetime) -> list[Asked]:
    """One for each seat that took the decision: whoever did, if they still hold what they held; else who holds the office or
    leads the department today, else the line above. Where nobody was asked at all, the lead of the department."""
    org = organisation(None, now)
    found: list[Asked] = []
    for seat in chain.deciders():
        if any(voice.member == seat.decider for voice in found):
            continue  # who took it on two seats is asked once
        member = _heir(chain, org, seat, {voice.member for voice in found}, now)
        if member is not None:
            found.append(Asked(member, seat.office))
    return found or _nobody_asked(chain, org)


def _heir(chain: Chain, org: Organisation, seat: SeatView, taken: set[int], now: datetime) -> int | None:
    barred = chain.barred | taken
    if seat.decider not in barred and _stands(chain, org, seat, now):
        return seat.decider
    rightful = seating.rightful(org, seat.decider, seat.office, seat.lead_of)
    return _fallen(org, rightful, seat.office, barred, left=seat.decider)


def _stands(chain: Chain, org: Organisation, seat: SeatView, now: datetime) -> bool:
    """Whether whoever took the decision is here, and still holds the office or the lead they took it for. A deputy never held
    it, nor did whoever took it while the post was vacant: the decision stays theirs."""
    if not people.list_active({seat.decider}):
        return False
    if seat.instead_of is not None or seat.decided_by is not None or _was_vacant(chain, seat):
        return True
    if seat.office is None:
        return seat.lead_of is None or org.leads.get(seat.lead_of) == seat.decider
    return org.offices.get(seat.office) == seat.decider or seat.office in people.get_actor(seat.decider, now).offices


def _was_vacant(chain: Chain, seat: SeatView) -> bool:
    """Whether the seat came to its holder because nobody held the post when it was submitted, and stayed with them since."""
    why = chain.steps[seat.step]["seats"][seat.position]["why"]
    return seat.through is None and why is not None and i18n.from_json(why).key == "route.seat.vacant"


def _fallen(org: Organisation, holder: int, office: str | None, barred: frozenset[int], *, left: int) -> int | None:
    if holder != left and holder not in barred:
        return holder
    taken = seating.fall(org, holder, office, barred=barred | {left})
    if taken is not None:
        return taken.member
    return next((member for _code, member in sorted(org.offices.items()) if member not in barred | {left}), None)


def _nobody_asked(chain: Chain, org: Organisation) -> list[Asked]:
    """It was approved by rule: its department's lead answers, the CEO where the lead may not."""
    department = chain.route["facts"].get("department") or ""
    order = [
        (org.leads.get(department), None),
        *((org.offices.get(code), code) for code in ("CEO", *sorted(org.offices))),
    ]
    allowed = [Asked(member, office) for member, office in order if member is not None and member not in chain.barred]
    return allowed[:1]


def leave(member: int, *, now: datetime) -> int:
    """A member has left: whoever holds what they held is asked in their place; returns how many questions moved."""
    return _move_all(lambda: list_where_asked(member), lambda voice: voice.member == member, None, now)


def hand_over(office: str, holder: int, *, now: datetime) -> int:
    """An office has a new holder, who is asked from now on."""
    return _move_all(
        lambda: list_for_office(office), lambda voice: voice.office == office and voice.member != holder, holder, now
    )


def _move_all(
    keys: Callable[[], list[str]], concerned: Callable[[Voice], bool], holder: int | None, now: datetime
) -> int:
    with atomic():
        return sum(_move(key, concerned, holder, now) for key in sorted(set(keys())))


def _move(key: str, concerned: Callable[[Voice], bool], holder: int | None, now: datetime) -> int:
    subjects.lock(key)
    chain, asked = get_chain(key), find_open(key)
    moved = [voice for voice in (asked.asked() if asked else []) if concerned(voice)]
    if asked is None or not moved:
        return 0
    org = organisation(None, now)
    taken = {voice.member for voice in asked.voices if voice not in moved}
    fresh: list[int] = []
    for voice in moved:
        to = _next(chain, org, voice, taken | set(fresh), holder)
        _write(chain, voice, to, now)
        fresh += [to] if to is not None else []
    move_round(chain, chain.state, chain.step, now)
    _told(chain, asked.id, fresh, now)
    return len(moved)


def _next(chain: Chain, org: Organisation, voice: Voice, taken: set[int], holder: int | None) -> int | None:
    to = holder or org.offices.get(voice.office or "", voice.member)
    return _fallen(org, to, voice.office, chain.barred | taken, left=voice.member)


def _write(chain: Chain, voice: Voice, to: int | None, now: datetime) -> None:
    """The question goes to somebody else; where it can fall to nobody who is not asked already, one voice less is heard."""
    here = _voices.c.id == voice.id
    run(delete(_voices).where(here) if to is None else update(_voices).where(here).values(member_id=to))
    known = people.addresses(member for member in (voice.member, to) if member)
    after = {"from": known.get(voice.member), "to": known.get(to or 0)}
    audit.record("voice_moved", chain.subject, actor=None, at=now, after=after, details={"round": chain.number})


def _told(chain: Chain, number: int, members: Iterable[int], now: datetime) -> None:
    asked = find_open(chain.subject)
    if asked is not None and asked.id == number:
        ask(asked, members, now=now, version=chain.version)
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}:voices", now=now)
