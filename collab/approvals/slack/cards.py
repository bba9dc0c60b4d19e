"""A card as it stands now for one reader: the subject's face, the chain, and whether this reader is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from collab.approvals import messages, queries
from collab.approvals.messages import Asked, CardNow, Changes, News
from collab.approvals.queries import Chain, SeatView, turns
from collab.approvals.queries.proxies import asked_seat
from collab.approvals.rules.asking import way_of
from collab.approvals.slack import ways
from collab.approvals.slack.more import more_lines, more_sections, next_buttons, what_is_mine
from collab.approvals.slack.seats import name_of, step_lines
from collab.kernel import clock, i18n
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import blocks, identity
from collab.subjects.registry import Face, registry


def asked(envelope: Envelope) -> Rendered | None:
    """The card put before somebody who must decide; nothing when they need not any more."""
    now = _of(envelope)
    if now is None or now.asked is None or now.superseded:
        return None
    return messages.card(now, envelope.reader)


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now: whoever is not asked any more has nothing to press on it."""
    now = _of(envelope)
    if now is None:
        return None
    return messages.card(now if now.asked else replace(now, ways=()), envelope.reader)


def told(envelope: Envelope) -> Rendered | None:
    """News about one verb, for whoever it concerns."""
    now, news = _of(envelope), _news(envelope)
    if now is None or news is None:
        return None
    said = messages.told(now, envelope.reader, verb=news.verb, by=news.by, news=news)
    return _going_on(said, envelope) if news.verb in DECIDED else said


DECIDED = ("decide", "lift", "own_authority", "auto_approve")


def _going_on(said: Rendered, envelope: Envelope) -> Rendered:
    """The news of a decision, with what its reader may do next."""
    chain, reader = find_chain(envelope.subject_key), envelope.recipient
    if chain is None or reader is None or chain.state != "approved":
        return said
    found = next_buttons(chain, reader, envelope.reader)
    lines = [blocks.context(blocks.escape(line)) for line in more_lines(chain, reader, envelope.reader)]
    return replace(said, blocks=[*said.blocks, *lines, *([blocks.actions(*found)] if found else [])])


def asked_line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle: what is asked and how much, or what has become of it."""
    now = _of(envelope)
    if now is None:
        return None
    is_open = now.asked is not None and not now.superseded
    return Line(now.key, messages.card_line(now, envelope.reader), is_open, look="inbox.look")


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now, news = _of(envelope), _news(envelope)
    if now is None or news is None:
        return None
    return Line(now.key, messages.told_line(now, envelope.reader, verb=news.verb, by=news.by, news=news), open=True)


def _news(envelope: Envelope) -> News | None:
    args, reader = envelope.args, envelope.reader
    holder = args.get("for")
    named = people.names_of(member for member in (args["by"], holder) if member)
    if args["by"] not in named:
        return None
    until = args.get("until")
    return News(
        args["verb"], reader.name(named[args["by"]]), args.get("comment") or "",
        reader.name(named[holder]) if holder in named else "", args.get("opinion") or "", args.get("stage") or "",
        _step_said(args, reader), reader.moment(datetime.fromisoformat(until)) if until else "",
        conditions=args.get("conditions") or 0, yours=envelope.recipient is not None and holder == envelope.recipient.id,
    )  # fmt: skip


def _step_said(args: Mapping[str, Any], reader: Reader) -> str:
    """Which step the news is about: its number, and its name where it is news that there is one."""
    number, named = str(args.get("step") or ""), args.get("step_name")
    return f"{number}: {named[reader.locale == 'ja']}" if named else number


def _of(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader, of_round=envelope.args.get("round"))


def card_for(
    key: str, viewer: Actor | None, reader: Reader, *, face: Face | None = None, of_round: int | None = None
) -> CardNow | None:
    """What a card about a subject shows `viewer`; a card of an earlier round only says that there is a newer one."""
    face = face or registry.kind_of(key).face(key, viewer)
    if face is None:
        return None
    chain = find_chain(key)
    address = identity.address(face.path)
    if chain is None:
        return CardNow(key, address, face, "")
    superseded = of_round is not None and of_round != chain.number
    shown = CardNow(
        key, address, face, chain.state, step_lines(chain, reader), superseded=superseded,
        lines=tuple(more_lines(chain, viewer, reader)), warnings=tuple(_warnings(chain)),
    )  # fmt: skip
    return shown if viewer is None or superseded else _for(shown, chain, viewer, reader)


def for_viewer(
    key: str, viewer: Actor, reader: Reader, *, face: Face | None = None, whole: bool = True
) -> Rendered | None:
    """The present card for somebody who may see the subject (the caller has checked); not `whole`: without its way,
    who decided and what they said."""
    now = card_for(key, viewer, reader, face=face)
    if now is None:
        return None
    if not whole:
        now = replace(now, steps=(), asked=None, lines=(), warnings=(), ways=(), changes=None, because=None)
    elif not now.ways and (chain := find_chain(key)) and more_sections(now, chain, viewer, reader):
        now = replace(now, ways=("beside",))
    card = messages.card(now, reader)
    return replace(card, blocks=[*card.blocks, *what_is_mine(key, viewer, reader)]) if whole else card


def find_chain(key: str) -> Chain | None:
    """The latest round of a subject, if it was ever submitted."""
    try:
        return queries.get_chain(key)
    except NotFound:
        return None


def _for(shown: CardNow, chain: Chain, viewer: Actor, reader: Reader) -> CardNow:
    """The same, with what this viewer is asked, why, and what else they may do."""
    seat = asked_seat(chain, viewer, clock.now()) if chain.state == "pending" else None
    mine = replace(shown, ways=ways.of(chain, viewer, seat))
    if seat is None:
        return mine
    return replace(
        mine, asked=_question(chain, seat, viewer, reader), changes=_changes(chain, viewer, reader),
        because=_because(chain, seat, viewer, reader),
    )  # fmt: skip


def _question(chain: Chain, seat: SeatView, viewer: Actor, reader: Reader) -> Asked:
    last = chain.is_final(seat.step) and chain.kind(seat) in ("approve", "review")
    return Asked(
        way_of(chain.route, seat.step), chain.content_version, seat.due_at, seat.id,
        name_of(seat.member, reader) if seat.member != viewer.id else "",
        override=last and ways.needs_words(chain), last=last,
    )  # fmt: skip


def _changes(chain: Chain, viewer: Actor, reader: Reader) -> Changes | None:
    """What is another since they last looked, in an earlier round."""
    before = turns.last_looked(chain, viewer.id)
    if before is None or chain.content is None:
        return None
    found = registry.kind_of(chain.subject).changes(before.content, chain.content, reader)
    return Changes(before.number, before.verb, tuple(found)) if found else None


def _because(chain: Chain, seat: SeatView, viewer: Actor, reader: Reader) -> tuple[str, str] | None:
    """Who sent it back here; whoever did needs not be told."""
    back = turns.sent_back(chain) if seat.turn > 1 else None
    return (name_of(back.by, reader), back.comment) if back and back.by != viewer.id else None


def _warnings(chain: Chain) -> Iterable[Text]:
    return (i18n.from_json(warning) for warning in chain.route.get("warnings", ()))
