"""From a row to Slack: lease, look again, render, commit the attempt, call, settle. A lease is held while talking, never a lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow
from collab.kernel.errors import Busy
from collab.kernel.i18n import Reader
from collab.outbox import messages, queries
from collab.outbox.registry import PAINT, REPAINT, Envelope, Rendered, kinds
from collab.outbox.rules import pace, patience
from collab.outbox.rules.groups import members_of
from collab.outbox.rules.moves import UNCERTAIN
from collab.outbox.service import (
    alarms,
    bundling,
    cards,
    gates,
    groups,
    holding,
    pacing,
    posting,
    quieting,
    reconciling,
    sending,
)
from collab.outbox.service.holding import Held, TakenOver
from collab.slack import identity, screens
from collab.slack.client import Posted, transport
from collab.slack.problems import SlackProblem

log = structlog.get_logger(__name__)


def drain(*, now: datetime, limit: int = 20) -> int:
    """Deliver up to `limit` due messages; returns how many were handled (0: nothing may be sent now, or nothing is due)."""
    time = clock.ticking(now)
    batch: list[Held] = []
    try:
        gates.check_open()
        batch = _lease(now, limit)
        _all(quieting.disturbing(batch, now), time)
    except gates.Shut:
        return _hand_back(batch, time())
    return len(batch)


def _all(batch: Sequence[Held], time: Callable[[], datetime]) -> None:
    """One after the other; when a lane is full, what else is for it stays behind too, or it would overtake."""
    full: dict[tuple[str, bool], pacing.NotYet] = {}
    end = time() + patience.LONGEST_BATCH
    for held in _one_suspect(batch, time()):
        place = (held.row.lane, held.row.kind == PAINT)
        try:
            if held.is_uncalled and place in full:
                raise full[place]
            if time() > end:
                _hand_back([held], time())
            else:
                _guarded(held, time)
        except pacing.NotYet as wait:
            _not_yet(held, wait, time())
            full[place] = wait


def _one_suspect(batch: Sequence[Held], now: datetime) -> list[Held]:
    """Of the messages that a worker may have died of, only one at a time and last: it takes no other along."""
    suspects = [held for held in batch if held.is_uncalled and held.row.strikes]
    _hand_back(suspects[1:], now)
    return [held for held in batch if held not in suspects[1:]]


def _not_yet(held: Held, wait: pacing.NotYet, now: datetime) -> None:
    """Not its turn: it stays as due as it was, so that nothing of its lane overtakes it; a pause Slack asked for says so."""
    with suppress(TakenOver), atomic():
        if wait.paused:
            held.move("put_off", now, due_at=wait.at)
        else:
            held.move("put_back", now)


def _lease(now: datetime, limit: int) -> list[Held]:
    """No more than the pace of each method allows: what one may not do must not stand in the way of the other."""
    posts, paints = pacing.places(pacing.method(pace.POST), pacing.method(pace.UPDATE), now=now)
    return holding.lease(now, posts=min(limit, posts), paints=min(limit, paints), rest=limit)


def _hand_back(batch: Sequence[Held], now: datetime) -> int:
    """A gate was shut: what we hold and have not called for goes back as it was."""
    for held in batch:
        with suppress(TakenOver), atomic():
            held.release(now)
    return 0


def _guarded(held: Held, time: Callable[[], datetime]) -> None:
    """One message must not stop the others; a database that is away stops all, and the leases run out."""
    try:
        _handle(held, time)
    except (gates.Shut, pacing.NotYet, Busy, DBAPIError):
        raise
    except TakenOver:
        log.info("outbox.taken_over", message=held.row.id)
    except Exception:
        log.exception("outbox.failed", message=held.row.id, kind=held.row.kind)
        _stumble(held, time())


def _handle(held: Held, time: Callable[[], datetime]) -> None:
    row, now = held.row, time()
    if held.state == UNCERTAIN:
        return reconciling.look(held, time)
    if row.kind == REPAINT:
        with atomic():
            held.move("arrive", now)
            return cards.fan_out(row.subject_key, row.id, now)
    if row.strikes >= patience.MOST_STRIKES:
        return _give_up(held, row.problem or "worker_died", now)
    if bundling.waits(held, now):
        return None
    try:
        call: sending.Call | None = cards.painting(row, now) if row.kind == PAINT else _posting(row, now)
    except groups.Apart as apart:
        return groups.split(held, apart.why, now)
    except SlackProblem as problem:
        return sending.unprepared(held, problem, now)
    if call is None:
        with atomic():
            return held.move("drop", now)
    return sending.send(held, call, time)


def _stumble(held: Held, now: datetime) -> None:
    """It could not even be said: later perhaps, and not for ever. A call that has begun keeps its lease until it lapses."""
    if not held.is_uncalled:
        return None
    strikes = held.row.strikes + 1
    with atomic():
        if strikes < patience.MOST_STRIKES:
            return held.move("put_back", now, strikes=strikes, due_at=patience.after_strike(strikes, now))
    return _give_up(held, "not_renderable", now)


def _give_up(held: Held, problem: str, now: datetime) -> None:
    with atomic():
        held.move("give_up", now, problem=problem)
        return alarms.broken(held.row, problem, now=now)


@dataclass(frozen=True)
class Posting:
    """A new message for one recipient."""

    channel: str
    payload: Mapping[str, Any]
    delivery_id: str
    seq: int
    below: str = ""
    also_in_channel: bool = False
    method: str = pace.POST

    def make(self) -> Posted:
        """Call Slack."""
        return transport().post(
            self.channel, self.payload, self.delivery_id, below=self.below, also_in_channel=self.also_in_channel
        )

    def remember(self, held: Held, posted: Posted, now: datetime) -> None:
        """Keep where the card stands; if the subject moved on while we spoke, have it repainted."""
        cards.tell_arrival(held.row, now)
        if kinds[held.row.kind].is_card and not held.row.plain:
            cards.keep(held.row, posted, self.payload, self.seq, now)
        if kinds[held.row.kind].is_must_act and held.row.member_id is not None:
            screens.refresh_home(self.channel, now=now)

    def came_late(self, held: Held, now: datetime) -> None:
        """Whoever took over looks for it in Slack and finds it."""


def _posting(row: AnyRow, now: datetime) -> Posting | posting.Mailing | None:
    """The message as it is true now; None: there is nothing left to say, or nobody left to say it to."""
    seq = cards.seq_of(row) if kinds[row.kind].is_card else 0
    recipient, reader = identity.recipient_of(row.member_id)
    if row.member_id is not None and (recipient is None or not recipient.active):
        return None
    if kinds[row.kind].newest_only and queries.is_outdone(row, now):
        return None
    several = members_of(row.channel)
    rendered = kinds[row.kind].render(Envelope(row.subject_key, row.args, recipient, reader, now, row.id, several))
    if rendered is None:
        return None
    if row.repeated:
        rendered = messages.marked_repeated(rendered, reader)
    if posting.is_preferred(row) and recipient is not None:
        return _by_mail(row, recipient, reader, rendered, now)
    payload = rendered.as_plain_payload() if row.plain else rendered.as_payload()
    if row.reply:
        return _reply(row, payload, now)
    channel = groups.conversation(row, now) if several else row.channel or _address(recipient, now)
    if recipient is not None and posting.is_the_way(row, channel):
        return _by_mail(row, recipient, reader, rendered, now)
    return Posting(channel or "", payload, row.delivery_id, seq)


def _by_mail(
    row: AnyRow, recipient: Actor, reader: Reader, rendered: Rendered, now: datetime
) -> Posting | posting.Mailing | None:
    """What asks goes by letter; what knows its own way by mail takes it; news is on the web."""
    if posting.asks(row):
        return posting.mailing(row, recipient, reader, rendered, now)
    return Posting("", {}, row.delivery_id, 0) if kinds[row.kind].unreached is not None else None


def _reply(row: AnyRow, payload: Mapping[str, Any], now: datetime) -> Posting | None:
    """Below its card; behind it while that is still to be sent (raises NotYet); nowhere once it is gone."""
    card = queries.find_card_above(row)
    if card is not None:
        return Posting(row.channel, payload, row.delivery_id, 0, below=card.ts, also_in_channel=row.reply == "channel")
    if queries.is_card_coming(row):
        raise pacing.NotYet(now + patience.ASK_AGAIN, paused=True)
    return None


def _address(recipient: Actor | None, now: datetime) -> str | None:
    """Where to write to somebody. Raises NotYet while Slack wants to be asked for nobody's account."""
    pacing.check(pacing.method(pace.LOOKUP), now)
    return identity.account_of(recipient) if recipient else None
