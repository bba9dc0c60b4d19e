"""Changes of controls in Slack: the card before those who may confirm them, and the news to whoever has to do with them. They
are confirmed on their page, where what they touch can be seen."""

from __future__ import annotations

from collab.controls import messages, queries
from collab.controls.messages import ChangeNow
from collab.controls.registry import registry
from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.slack import identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Quiet, Talk


def install() -> None:
    """The button is a link; Slack tells us of the press all the same."""
    edges.add_action(messages.LOOK, look)


@permit("control.show")
def look(_talk: Talk) -> Answer:
    """Nothing to do: the page opens in the browser."""
    return Quiet()


def asked(envelope: Envelope) -> Rendered | None:
    """To confirm; nothing once it is answered, or not theirs to answer any more."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now and now.asks else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """Once more, before anybody else hears that it waits."""
    now = _of(envelope)
    return messages.card(now, envelope.reader, last=True) if now and now.asks else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The change in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, messages.line(now, envelope.reader), now.state == "open") if now else None


def _of(envelope: Envelope) -> ChangeNow | None:
    row, viewer, reader = queries.find_change(envelope.subject_key), envelope.recipient, envelope.reader
    if row is None or viewer is None or not permits.allows("control.show", queries.relations_to(viewer, row)):
        return None
    names = {one.id: one for one in registry.everybody(envelope.now)}
    verb = registry.get(row.code).confirm
    return ChangeNow(
        row.key, row.state, reader.say(queries.title_of(row)), reader.name(names[row.proposed_by_id]), row.reason,
        identity.address(f"{queries.PAGE}/{row.key}"), queries.due_for(viewer, row), row.expires_at, row.from_on, queries.described(row, reader),
        reader.name(names[row.decided_by_id]) if row.decided_by_id else "", row.comment or "",
        permits.allows(verb, queries.relations_to(viewer, row), row.state),
    )  # fmt: skip
