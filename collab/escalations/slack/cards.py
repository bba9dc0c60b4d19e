"""What each kind of message shows now: looked at again right before it is sent, and whenever its subject moves on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from collab.escalations import messages, standing
from collab.escalations.messages import Stalled
from collab.escalations.queries import CLIMBING, EXHAUSTED, EscalationView, NoticeView, list_by_id
from collab.escalations.registry import watches
from collab.escalations.standing import Known
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Line, Rendered
from collab.slack import identity

LOOK = "escalation.look"


def told(envelope: Envelope) -> Rendered | None:
    """The card of one superior or deputy; nothing where it need not be said any more."""
    return _card(envelope) if _is_due(envelope) else None


def told_again(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    return _card(envelope)


def told_line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    view, viewers, _readers = _of(envelope)
    if view is None:
        return None
    (now,) = standing.stalled([view], viewers, envelope.now)
    return Line(view.subject, messages.line(now, envelope.reader), now.is_open, look=LOOK)


def exhausted(envelope: Envelope) -> Rendered | None:
    """For the last owner; nothing once it is settled."""
    view, _viewers, _readers = _of(envelope)
    return exhausted_again(envelope) if view is not None and view.state == EXHAUSTED else None


def exhausted_again(envelope: Envelope) -> Rendered | None:
    """The same as it stands now."""
    view, viewers, _readers = _of(envelope)
    if view is None:
        return None
    known = standing.look_up([view], viewers, envelope.now)
    now = standing.as_it_stands(view, known, envelope.now)
    now = replace(now, before=standing.before(view, known, {one.id for one in viewers}, envelope.now))
    mine = envelope.recipient is not None and envelope.recipient.id == view.owner
    return messages.exhausted(now, envelope.reader, mine=mine)


def nobody(envelope: Envelope) -> Rendered | None:
    """For administrators: nobody can be told; nothing once it is settled."""
    view, _viewers, _readers = _of(envelope)
    return nobody_again(envelope) if view is not None and view.is_open and _still(view) else None


def nobody_again(envelope: Envelope) -> Rendered | None:
    """The same as it stands now."""
    view, viewers, _readers = _of(envelope)
    if view is None:
        return None
    known = standing.look_up([view], viewers, envelope.now)
    over = {(notice.member, notice.why): notice for notice in view.notices if notice.skipped}
    skipped = [(_who(notice, known), standing.passed_over(notice.skipped)) for notice in over.values()]
    now = standing.as_it_stands(view, known, envelope.now)
    return messages.nobody(now, envelope.reader, skipped=skipped, again_at=view.next_at)


def _who(notice: NoticeView, known: Known) -> Any:
    return known.name(notice.member) or Text("escalation.nobody.vacant", {"role": standing.heard_as(notice.why)})


def catch_up(envelope: Envelope) -> Rendered | None:
    """Everything of a time in which nobody looked at the clocks, in one message; nothing if all of it is settled."""
    waits = _caught_up(envelope)
    return catch_up_again(envelope) if any(one.is_open for one in waits) else None


def catch_up_again(envelope: Envelope) -> Rendered | None:
    """The same as it stands now."""
    waits = _caught_up(envelope)
    return messages.catch_up(waits, envelope.reader, identity.address(standing.PAGE)) if waits else None


def _caught_up(envelope: Envelope) -> list[Stalled]:
    views = list_by_id([int(one) for one in envelope.args.get("escalations", ())])
    ordered = sorted(views.values(), key=lambda view: (view.due_at, view.id))
    return standing.stalled(ordered, [envelope.recipient] if envelope.recipient else [], envelope.now)


def alarm(envelope: Envelope) -> Rendered | None:
    """For administrators: which clocks are in trouble, as the last look over all of them found."""
    found = [(str(code), str(key)) for code, key in envelope.args["found"]]
    return messages.alarm(found, int(envelope.args["count"]), envelope.reader, identity.address(standing.PAGE))


def _is_due(envelope: Envelope) -> bool:
    """Whether it is still worth somebody's attention: it climbs, nobody sees to it, it is waited for, and the reader was
    not told of it again since."""
    view, _viewers, _readers = _of(envelope)
    if view is None or view.state not in (CLIMBING, EXHAUSTED) or not _still(view):
        return False
    return not _later(view, envelope)


def _later(view: EscalationView, envelope: Envelope) -> list[NoticeView]:
    """What the readers of a card were told of the same wait since."""
    told_at = (envelope.args.get("loop", 0), envelope.args.get("rung", 0))
    mine = {envelope.recipient.id} if envelope.recipient else set(envelope.members)
    return [
        notice
        for notice in view.told
        if notice.member in mine
        and (notice.loop, notice.rung) > told_at
        and (notice.notice_at or notice.at) <= envelope.now
    ]


def _still(view: EscalationView) -> bool:
    """The last check before anybody hears."""
    watch = watches.get(view.watch)
    return watch is None or view.key in watch.still([view.key])


def _card(envelope: Envelope) -> Rendered | None:
    view, viewers, readers = _of(envelope)
    if view is None or not readers:
        return None
    known = standing.look_up([view], viewers, envelope.now)
    now = standing.as_it_stands(view, known, envelope.now)
    args, several = envelope.args, len(readers) > 1
    rung, loop = args.get("rung"), args.get("loop")
    notice = standing.notice_of(view, viewers[0].id, rung, loop)
    ids, until = {one.id for one in viewers}, (notice.notice_at or notice.at) if notice else envelope.now
    himself = ids if not several else set()
    now = replace(now, before=standing.before(view, known, himself, until), newer=bool(_later(view, envelope)))
    why = Text("escalation.why.both") if several else standing.why(view, notice, viewers[0], known, envelope.now)
    others = [known.name(member) for member in args.get("members", ()) if member not in ids]
    return messages.card(now, readers, why=why, also=[one for one in others if one is not None])


def _of(envelope: Envelope) -> tuple[EscalationView | None, Sequence[Actor], Sequence[Reader]]:
    """The wait, who reads the card, and how they read."""
    view = list_by_id([int(envelope.args["escalation"])]).get(int(envelope.args["escalation"]))
    if not envelope.members:
        return view, [envelope.recipient] if envelope.recipient else [], [envelope.reader]
    found = [identity.recipient_of(member) for member in envelope.members]
    here = [(actor, reader) for actor, reader in found if actor is not None and actor.active]
    return view, [actor for actor, _reader in here], [reader for _actor, reader in here]
