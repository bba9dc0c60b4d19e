"""Whom a change of a round is told to: the people asked next, the requester, every card that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from collab.approvals.queries import Chain, SeatView
from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note

ASKED, TOLD = "approval.asked", "approval.told"


def ask(
    subject: str, number: int, step: int, seats: Iterable[tuple[int, str | None]], *, now: datetime, version: int = 0
) -> None:
    """Put the card before everyone whose seat has just opened; the round's `version` tells one question from the next."""
    notes = [
        Note(
            ASKED, subject, f"{subject}:r{number}:v{version}:ask:{member}",
            member=member, args={"round": number, "step": step, "office": office},
        )
        for member, office in seats
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)


def decided(chain: Chain, verb: str, actor: Actor, comment: str | None, *, now: datetime) -> None:
    """Tell the requester (and whom it was filed for), never the decider about their own act; repaint the cards."""
    args = {"verb": verb, "by": actor.id, "comment": comment, "round": chain.number}
    notes = [
        Note(
            TOLD,
            chain.subject,
            f"{chain.subject}:r{chain.number}:v{chain.version}:{verb}:{member}",
            member=member,
            args=args,
        )
        for member in sorted({chain.requester, *chain.barred} - {actor.id})
    ]
    outbox.enqueue(*notes, now=now)
    _repaint(chain, now)


def undone(chain: Chain, actor: Actor, seat: SeatView, *, now: datetime) -> None:
    """An approval was taken back: the requester hears, the one who took it back is asked again."""
    decided(chain, "undo", actor, None, now=now)
    ask(chain.subject, chain.number, seat.step, [(seat.member, seat.office)], now=now, version=chain.version)


def closed(chain: Chain, verb: str, *, now: datetime) -> None:
    """The owner ended the round: cards say so, nobody is asked any more."""
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}:{verb}", now=now)


def moved(chain: Chain, *, now: datetime) -> None:
    """A seat went to somebody else: the former holder's card says to whom."""
    _repaint(chain, now)


def more_time(chain: Chain, seat: SeatView, *, now: datetime) -> None:
    """A deadline moved: cards say the new one."""
    turn = f"r{chain.number}:v{chain.version}:time{seat.id}:{seat.extensions + 1}"
    outbox.repaint(chain.subject, turn=turn, now=now)


def _repaint(chain: Chain, now: datetime) -> None:
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}", now=now)
