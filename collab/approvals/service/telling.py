"""Whom a change of a round is told to: the people asked next, whom the table of verbs names, every card that shows it.

Whoever was approved over, or decided for, hears by what they get to read after (`service.reading`), and not twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules.verbs import VERBS
from collab.kernel.actor import Actor
from collab.kernel.atomic import current
from collab.outbox import service as outbox
from collab.outbox.service import Note

ASKED, TOLD = "approval.asked", "approval.told"
_ROWS = {"decide": "approve", "review": "approve"}
"""Recorded verbs that are another name of a row of the table."""


def ask(
    subject: str, number: int, step: int, seats: Iterable[tuple[int, str | None]], *, now: datetime, version: int = 0
) -> None:
    """Put the card before everyone whose seat has just opened; the round's `version` tells one question from the next.
    Whoever sits in several steps that open at once gets one card."""
    asked = current().notes.setdefault("approvals.asked", set())
    fresh = {member: office for member, office in seats if (subject, number, version, member) not in asked}
    asked |= {(subject, number, version, member) for member in fresh}
    notes = [
        Note(
            ASKED, subject, f"{subject}:r{number}:v{version}:ask:{step}:{member}",
            member=member, args={"round": number, "step": step, "office": office},
        )
        for member, office in fresh.items()
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)


def decided(
    chain: Chain, verb: str, actor: Actor, comment: str | None, *, now: datetime, seat: SeatView | None = None, **said: Any
) -> None:  # fmt: skip
    """Tell those whom the table names, never the actor about their own act, and repaint the cards. `seat` is the one it was
    done on; `said` is what the news says beyond the words (opinion, stage, step, until)."""
    holder = (seat.instead_of or seat.member) if seat else None
    args = {
        "verb": verb, "by": actor.id, "comment": comment, "round": chain.number,
        "for": holder if holder not in (None, actor.id) else None,
        **{name: value for name, value in said.items() if value is not None},
    }  # fmt: skip
    notes = [
        Note(
            TOLD,
            chain.subject,
            f"{chain.subject}:r{chain.number}:v{chain.version}:{verb}:{member}",
            member=member,
            args=args,
        )
        for member in sorted(audience(chain, verb) - {actor.id})
    ]
    outbox.enqueue(*notes, now=now)
    _repaint(chain, now)


def audience(chain: Chain, verb: str) -> set[int]:
    """Whom the table of verbs names for a verb, as far as the round itself knows them."""
    tells = VERBS[_ROWS.get(verb, verb)].tells
    found = {chain.requester, *chain.barred} if "filers" in tells else set()
    return found | ({seat.decider for seat in chain.deciders()} if "deciders" in tells else set())


def undone(chain: Chain, actor: Actor, seat: SeatView, *, now: datetime) -> None:
    """An approval was taken back: the requester hears, whoever's seat it is is asked again."""
    decided(chain, "undo", actor, None, now=now, seat=seat)
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
