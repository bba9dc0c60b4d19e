"""What is told about a request and asks nobody to decide: a draft was shown to somebody; a decision stands in a new round."""

from __future__ import annotations

from collections.abc import Sequence

from collab.approvals import queries as approvals
from collab.approvals.messages import substance
from collab.approvals.queries import Chain, SeatView
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.purchases import queries
from collab.purchases.queries.wording import changes
from collab.purchases.service.sharing import SHARED
from collab.purchases.service.standing import STANDS
from collab.slack import blocks, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.slack.wording import cut
from collab.subjects.queries import get_summary
from collab.threads import messages as threads

SAY = "purchase.say"
NOTE, VALUE, MOST_CHANGES = 600, 120, 8


def install() -> None:
    """Make the kinds and the button known."""
    add_kind(MessageKind(SHARED, shared, line=shared_line, name="purchase.message.shared"))
    add_kind(MessageKind(STANDS, stands, line=stands_line, name="purchase.message.stands"))
    edges.add_action(SAY, press_say)


@permit("thread.comment")
def press_say(talk: Talk) -> Answer:
    """Ask for the words of a comment."""
    title = get_summary(talk.actor, talk.pressed).title
    return Open(threads.write_modal(talk.pressed, title, talk.reader))


def shared(envelope: Envelope) -> Rendered | None:
    """Somebody shows a draft: what it is about, their words, and where to say something to it."""
    face = queries.face(envelope.subject_key, envelope.recipient)
    if face is None or envelope.recipient is None:
        return None
    key, reader = envelope.subject_key, envelope.reader
    line = _shared_head(envelope)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(envelope)}")]
    if envelope.args["note"]:
        shown.append(blocks.quotation(envelope.args["note"], NOTE))
    shown += [*substance(face, reader), blocks.context(blocks.escape(reader.say("purchase.news.no_power")))]
    say = blocks.button(reader.say("purchase.news.say"), SAY, key, style="primary")
    page = blocks.button(reader.say("purchase.news.open"), "purchase.page", key, url=identity.address(face.path))
    return Rendered(f"{line} {face.title}", [*shown, blocks.actions(say, page)])


def shared_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    if queries.face(envelope.subject_key) is None:
        return None
    return Line(envelope.subject_key, f"{blocks.bold(_shared_head(envelope))}\n{_link(envelope)}", open=True)


def stands(envelope: Envelope) -> Rendered | None:
    """It was submitted again and one's decision stands: what has changed since it was taken; nothing in a later round."""
    found = _standing(envelope)
    if found is None:
        return None
    chain, seat, since = found
    line = _stands_head(envelope, seat, since)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(envelope)}")]
    shown.append(blocks.section(_changed(chain.subject, since, chain.number, envelope.reader)))
    shown.append(blocks.context(blocks.escape(envelope.reader.say("purchase.news.not_asked"))))
    return Rendered(line, shown)


def stands_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    found = _standing(envelope)
    if found is None:
        return None
    head = _stands_head(envelope, found[1], found[2])
    return Line(envelope.subject_key, f"{blocks.bold(head)}\n{_link(envelope)}", open=True)


def _shared_head(envelope: Envelope) -> str:
    by = people.names_of([envelope.args["by"]])[envelope.args["by"]]
    return envelope.reader.say("purchase.news.shared", who=envelope.reader.name(by), key=envelope.subject_key)


def _stands_head(envelope: Envelope, seat: SeatView, since: int) -> str:
    return envelope.reader.say(f"purchase.news.{seat.state}_stands", key=envelope.subject_key, n=since)


def _link(envelope: Envelope) -> str:
    face = queries.face(envelope.subject_key)
    title = face.title if face else ""
    path = face.path if face else f"/purchases/{envelope.subject_key}"
    return blocks.link(identity.address(path), cut(f"{envelope.subject_key} {title}", 200))


def _standing(envelope: Envelope) -> tuple[Chain, SeatView, int] | None:
    """The round in hand, the recipient's seat whose decision stands, and the round it was taken in."""
    try:
        *earlier, now = approvals.list_chains(envelope.subject_key)
    except (NotFound, ValueError):
        return None
    me = envelope.recipient.id if envelope.recipient else 0
    seat = next((seat for seat in now.seats if seat.carried_from is not None and seat.decider == me), None)
    if seat is None or now.number != envelope.args["round"]:
        return None
    since = next((chain for chain in earlier if seat.carried_from in {other.id for other in chain.seats}), None)
    return (now, seat, since.number) if since else None


def _changed(key: str, since: int, now: int, reader: Reader) -> str:
    """What differs from the round the decision was taken in, a line each."""
    before, after = queries.changed_between(key, since, now)
    found = changes(before, after, reader)
    if not found:
        return blocks.escape(reader.say("purchase.page.changed_nothing"))
    rest = len(found) - MOST_CHANGES
    more = [blocks.escape(reader.say("purchase.news.more_changes", n=rest))] if rest > 0 else []
    return "\n".join([*map(_change, found[:MOST_CHANGES]), *more])


def _change(change: Sequence[str]) -> str:
    label, before, after = change
    return f"• {blocks.escape(label)}: {blocks.escape(cut(before, VALUE)) or '-'} → {blocks.escape(cut(after, VALUE)) or '-'}"
