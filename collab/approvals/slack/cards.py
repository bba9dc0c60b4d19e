"""A card as it stands now for one reader: the subject's face, the chain, and whether this reader is asked."""

from __future__ import annotations

from dataclasses import replace

from collab.approvals import messages, queries
from collab.approvals.messages import Asked, CardNow, SeatLine, StepLine
from collab.approvals.queries import Chain, SeatView
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.people.queries import Named
from collab.slack import identity
from collab.subjects.registry import Face, registry


def asked(envelope: Envelope) -> Rendered | None:
    """The card put before somebody who must decide; nothing when they need not any more."""
    now = _of(envelope)
    if now is None or now.asked is None or now.superseded:
        return None
    return messages.card(now, envelope.reader)


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def told(envelope: Envelope) -> Rendered | None:
    """News for the requester about one decision."""
    now = _of(envelope)
    by = people.names_of([envelope.args["by"]]).get(envelope.args["by"])
    if now is None or by is None:
        return None
    name = envelope.reader.name(by)
    return messages.told(now, envelope.reader, verb=envelope.args["verb"], by=name, comment=envelope.args["comment"])


def asked_line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle: what is asked and how much, or what has become of it."""
    now = _of(envelope)
    if now is None:
        return None
    is_open = now.asked is not None and not now.superseded
    return Line(now.key, messages.card_line(now, envelope.reader), is_open, look="inbox.look")


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    by = people.names_of([envelope.args["by"]]).get(envelope.args["by"])
    if now is None or by is None:
        return None
    name = envelope.reader.name(by)
    return Line(now.key, messages.told_line(now, envelope.reader, verb=envelope.args["verb"], by=name), open=True)


def _of(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader, of_round=envelope.args.get("round"))


def card_for(
    key: str, viewer: Actor | None, reader: Reader, *, face: Face | None = None, of_round: int | None = None
) -> CardNow | None:
    """What a card about a subject shows `viewer`; a card of an earlier round only says that there is a newer one."""
    face = face or registry.kind_of(key).face(key)
    if face is None:
        return None
    chain = find_chain(key)
    address = identity.address(face.path)
    if chain is None:
        return CardNow(key, address, face, "")
    superseded = of_round is not None and of_round != chain.number
    seat = chain.waiting_seat_of(viewer.id) if viewer and not superseded and chain.state == "pending" else None
    return CardNow(
        key, address, face, chain.state, _steps(chain, reader), _question(chain, seat) if seat else None, superseded
    )


def for_viewer(
    key: str, viewer: Actor, reader: Reader, *, face: Face | None = None, whole: bool = True
) -> Rendered | None:
    """The present card for somebody who may see the subject (the caller has checked); not `whole`: without its way,
    who decided and what they said."""
    now = card_for(key, viewer, reader, face=face)
    if now is None:
        return None
    return messages.card(now if whole else replace(now, steps=(), asked=None), reader)


def find_chain(key: str) -> Chain | None:
    """The latest round of a subject, if it was ever submitted."""
    try:
        return queries.get_chain(key)
    except NotFound:
        return None


def _question(chain: Chain, seat: SeatView) -> Asked:
    step = chain.steps[seat.step]
    way = "key" if step["keys"] else "decide" if seat.step == len(chain.steps) - 1 else "approve"
    return Asked(way, chain.content_version, seat.due_at)


def _steps(chain: Chain, reader: Reader) -> tuple[StepLine, ...]:
    named = people.names_of(
        member for seat in chain.seats for member in (seat.member, seat.instead_of) if member is not None
    )
    return tuple(
        StepLine(
            step["name_ja"] if reader.locale == "ja" else step["name_en"],
            tuple(_seat(seat, named, reader) for seat in chain.seats if seat.step == number),
        )
        for number, step in enumerate(chain.steps)
    )


def _seat(seat: SeatView, named: dict[int, Named], reader: Reader) -> SeatLine:
    instead = named.get(seat.instead_of) if seat.instead_of else None
    return SeatLine(
        reader.name(named[seat.member]), seat.office or "", seat.state, reader.name(instead) if instead else "",
        seat.due_at, seat.decided_at, seat.comment or "",
    )  # fmt: skip
