"""A constraint in Slack: whoever can lift it is asked, and says in words that it stands no more."""

from __future__ import annotations

from dataclasses import dataclass

from collab.initiatives import queries, service
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.work import ConstraintView, get_constraint
from collab.initiatives.rules.moves import CLOSED
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import answers, blocks, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.slack.wording import cut

LIFT = "initiative.lift"
LONGEST, TEXT = 2000, 600


@dataclass(frozen=True)
class LimitNow:
    """A constraint as its card shows it."""

    initiative: InitiativeView
    limit: ConstraintView
    by: str

    @property
    def open(self) -> bool:
        """Whether it is still to be lifted."""
        return self.limit.open and self.initiative.state != CLOSED


def install() -> None:
    """Make button and form known."""
    edges.add_action(LIFT, press_lift)
    edges.add_modal(LIFT, send_lift)


def asked(envelope: Envelope) -> Rendered | None:
    """To lift it; nothing once it is lifted."""
    now = _of(envelope)
    return _card(now, envelope.reader) if now and now.open else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return _card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    words = f"{blocks.bold(_headline(now, envelope.reader))}\n{blocks.escape(cut(now.limit.text, 200))} · {_link(now)}"
    return Line(now.initiative.key, words, now.open)


def _of(envelope: Envelope) -> LimitNow | None:
    reads, number = envelope.recipient, envelope.args.get("constraint")
    found = queries.find_initiative(envelope.subject_key)
    if found is None or reads is None or not isinstance(number, int) or not _sees(reads, found):
        return None
    try:
        limit = get_constraint(found.id, number)
    except NotFound:
        return None
    names = people.names_of([limit.written_by])
    return LimitNow(found, limit, envelope.reader.name(names[limit.written_by]))


def _sees(viewer: Actor, initiative: InitiativeView) -> bool:
    return permits.allows("initiative.show_work", queries.relations_of(viewer, initiative))


def _headline(now: LimitNow, reader: Reader) -> str:
    word = "ask" if now.open else "lifted" if now.limit.lifted_at else "closed"
    return reader.say(f"initiative.constraint.card.{word}", who=now.by)


def _card(now: LimitNow, reader: Reader) -> Rendered:
    head = _headline(now, reader)
    shown = [
        blocks.section(f"{blocks.bold(head)}\n{_link(now)}"),
        blocks.quotation(now.limit.text, TEXT),
        blocks.facts(
            [
                (
                    reader.say("initiative.constraint.field.kind"),
                    reader.say(f"initiative.constraint.kind.{now.limit.kind}"),
                )
            ]
        ),
    ]
    if now.open:
        value = f"{now.initiative.key}:{now.limit.id}"
        shown.append(
            blocks.actions(blocks.button(reader.say("initiative.constraint.button"), LIFT, value, style="primary"))
        )
    elif now.limit.lift_note:
        shown.append(blocks.quotation(now.limit.lift_note, TEXT))
    return Rendered(f"{head}: {now.initiative.key} {now.initiative.title}", shown)


def _link(now: LimitNow) -> str:
    address = identity.address(f"/initiatives/{now.initiative.key}#constraints")
    return blocks.link(address, cut(f"{now.initiative.key} {now.initiative.title}", 200))


@permit("initiative.lift")
def press_lift(talk: Talk) -> Answer:
    """Ask how it was lifted, once it is theirs to say."""
    key, number = _value(talk.pressed)
    found = queries.get_initiative(talk.actor, key)
    limit = get_constraint(found.id, number)
    here = queries.relations_of(talk.actor, found) | ({"lifter"} if limit.lifter == talk.actor.id else set())
    permits.check("initiative.lift", here, found.state)
    about = blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(limit.text, 300))}")
    label = talk.reader.say("initiative.constraint.field.note")
    entry = blocks.entry("note", label, blocks.text_input("note", longest=LONGEST, lines=True))
    modal = blocks.modal(
        LIFT, talk.reader.say("initiative.constraint.modal"), [about, entry], close=talk.reader.say("slack.cancel"),
        submit=talk.reader.say("initiative.constraint.button"), data={"value": talk.pressed},
    )  # fmt: skip
    return Open(modal)


@permit("initiative.lift")
def send_lift(talk: Talk) -> Answer:
    """How was said."""
    key, number = _value(str(talk.data["value"]))
    service.lift(talk.actor, key, number, note=str(talk.entered.get("note") or ""), now=talk.now)
    return answers.say(talk.reader, "initiative.constraint.did", key=key)


def _value(pressed: str) -> tuple[str, int]:
    key, _, number = pressed.partition(":")
    if not (number.isdecimal() and len(number) < 10):
        raise NotFound
    return key, int(number)
