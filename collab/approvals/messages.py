"""What Slack shows of an approval: the card people decide on, the reason it asks for, the news. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut
from collab.subjects.registry import Face

WHY, COMMENT, MOST_FACTS = 600, 500, 6
APPROVE, RETURN, REJECT, MORE, LATER = (
    "approval.approve",
    "approval.return",
    "approval.reject",
    "approval.more",
    "approval.later",
)
SIGNS = {"approved": "✓", "returned": "←", "rejected": "×", "waiting": "●"}
"""Plain characters every font has; colour and emoji add nothing a word does not say."""
SOON, TOMORROW = "2h", "tomorrow"


@dataclass(frozen=True)
class SeatLine:
    """A seat as a card names it."""

    name: str
    office: str
    state: str
    instead_of: str = ""
    due_at: datetime | None = None
    decided_at: datetime | None = None
    comment: str = ""


@dataclass(frozen=True)
class StepLine:
    """A step as a card names it."""

    name: str
    seats: tuple[SeatLine, ...]


@dataclass(frozen=True)
class Asked:
    """What the reader of a card is asked: `way` is approve, decide or key; `seen` the content version they look at."""

    way: str
    seen: int
    due_at: datetime | None


@dataclass(frozen=True)
class CardNow:
    """Everything a card shows, as it stands; `asked` is None for whoever cannot act."""

    key: str
    address: str
    face: Face
    state: str
    steps: tuple[StepLine, ...] = ()
    asked: Asked | None = None
    superseded: bool = False


def card(now: CardNow, reader: Reader) -> Rendered:
    """The card: what is asked, about what, how much and why, who else decides, until when, and three buttons."""
    ask = _ask_line(now, reader)
    title = f"{now.key} {now.face.title}"
    head = f"{blocks.bold(ask)}\n{blocks.link(now.address, cut(title, 200))}"
    shown = [blocks.section(head), *substance(now.face, reader), *standing(now, reader)]
    if now.asked:
        shown.append(buttons(now, now.asked, reader))
    return Rendered(f"{ask}: {title}", shown)


def card_line(now: CardNow, reader: Reader, head: str = "") -> str:
    """The card in few words: what is asked (else `head`), about what, how much, until when; once it is over, what became of it."""
    facts = [reader.show(now.face.amount)] if now.face.amount is not None else []
    if now.asked and now.asked.due_at:
        facts.append(reader.say("approval.card.due", due=now.asked.due_at))
    return _line(head or _ask_line(now, reader), now, facts)


def told_line(now: CardNow, reader: Reader, *, verb: str, by: str) -> str:
    """The news in few words: who did what to which request."""
    return _line(reader.say(Text(f"approval.told.{verb}", {"who": by, "key": now.key})), now, [])


def _line(head: str, now: CardNow, facts: Sequence[str]) -> str:
    about = blocks.link(now.address, cut(f"{now.key} {now.face.title}", 150))
    return "\n".join([blocks.bold(head), " · ".join([about, *(blocks.escape(fact) for fact in facts)])])


def _ask_line(now: CardNow, reader: Reader) -> str:
    if now.superseded:
        return reader.say("approval.card.newer_round")
    if now.asked:
        return reader.say(f"approval.ask.{now.asked.way}")
    return reader.say(f"approval.state.{now.state}") if now.state else reader.say("approval.card.not_submitted")


def substance(face: Face, reader: Reader) -> Iterable[Block]:
    """What five seconds of reading must tell: amount, requester, facts, why, and what is unusual."""
    facts = [(reader.say("approval.card.requester"), face.by_ja if reader.locale == "ja" else face.by_en)]
    if face.amount is not None:
        facts.insert(0, (reader.say("approval.card.amount"), reader.show(face.amount)))
    facts += [(reader.say(label), reader.show(value)) for label, value in face.facts]
    yield blocks.facts([(label, cut(value, 300)) for label, value in facts[: MOST_FACTS + 2]])
    if face.why:
        yield blocks.quotation(face.why, WHY)
    if face.marks:
        yield blocks.context("※ " + blocks.escape(" · ".join(reader.say(mark) for mark in face.marks)))


def standing(now: CardNow, reader: Reader) -> Iterable[Block]:
    """Where it stands, who else decides, what the last decision was, until when an answer is asked for."""
    if now.steps:
        lines = [f"{number}. {_step(step, reader)}" for number, step in enumerate(now.steps, 1)]
        yield blocks.section(f"{blocks.bold(reader.say('approval.card.way'))}\n" + "\n".join(lines))
    if last := last_decision(now.steps):
        said = decided_line(last, reader)
        yield blocks.section(f"{SIGNS[last.state]} {blocks.escape(said)}")
        yield from _said(last.comment)
    waiting = waiting_seats(now.steps)
    if now.asked and now.asked.due_at:
        yield blocks.context(blocks.escape(reader.say("approval.card.due", due=now.asked.due_at)))
    elif waiting:
        yield blocks.context(blocks.escape(waiting_line(waiting, reader)))


def _step(step: StepLine, reader: Reader) -> str:
    seats = reader.say("list.comma").join(_seat(seat, reader) for seat in step.seats)
    return f"{blocks.escape(step.name)}: {blocks.escape(seats)}"


def _seat(seat: SeatLine, reader: Reader) -> str:
    sign = f"{SIGNS[seat.state]} " if seat.state in SIGNS else ""
    word = "" if seat.state in ("planned", "waiting", *SIGNS) else f" ({reader.say(f'approval.seat.{seat.state}')})"
    return f"{sign}{who(seat, reader)}{word}"


def who(seat: SeatLine, reader: Reader) -> str:
    """A seat's holder with office, and whom they stand in for."""
    name = reader.say("approval.card.seat", name=seat.name, office=seat.office) if seat.office else seat.name
    return reader.say("approval.card.instead", name=name, other=seat.instead_of) if seat.instead_of else name


def last_decision(steps: Sequence[StepLine]) -> SeatLine | None:
    """The newest decision."""
    done = [(seat.decided_at, number, seat) for number, seat in enumerate(_seats(steps)) if seat.decided_at is not None]
    return max(done)[2] if done else None


def _seats(steps: Sequence[StepLine]) -> list[SeatLine]:
    return [seat for step in steps for seat in step.seats]


def waiting_seats(steps: Sequence[StepLine]) -> list[SeatLine]:
    """Whoever is asked right now."""
    return [seat for seat in _seats(steps) if seat.state == "waiting"]


def decided_line(seat: SeatLine, reader: Reader) -> str:
    """Who decided what and when."""
    verb = reader.say(f"approval.done.{seat.state}")
    return reader.say("approval.card.decided", who=who(seat, reader), verb=verb, at=seat.decided_at)


def waiting_line(seats: Sequence[SeatLine], reader: Reader) -> str:
    """Whom it waits for, until when."""
    names = reader.say("list.comma").join(who(seat, reader) for seat in seats)
    due = min((seat.due_at for seat in seats if seat.due_at), default=None)
    key = "approval.card.waiting_due" if due else "approval.card.waiting"
    return reader.say(key, names=names, **({"due": due} if due else {}))


def _said(comment: str) -> Iterable[Block]:
    return [blocks.quotation(comment, COMMENT)] if comment else []


def value_of(key: str, seen: int) -> str:
    """What a button carries: the subject, and the content version its presser looks at."""
    return f"{key}:{seen}"


def value_from(pressed: str) -> tuple[str, int | None]:
    """The subject and the seen version of a pressed button."""
    key, _, seen = pressed.partition(":")
    return key, int(seen) if seen.isascii() and seen.isdigit() else None


def buttons(now: CardNow, asked: Asked, reader: Reader) -> Block:
    """Yes, send back, more. A final yes asks once more: a second tap."""
    value = value_of(now.key, asked.seen)
    final = asked.way != "approve"
    question = _question(now, asked, reader) if final else None
    return blocks.actions(
        blocks.button(reader.say(f"approval.button.{asked.way}"), APPROVE, value, style="primary", confirm=question),
        blocks.button(reader.say("approval.button.return"), RETURN, value),
        blocks.button(reader.say("approval.button.more"), MORE, value),
    )


def _question(now: CardNow, asked: Asked, reader: Reader) -> Block:
    amount = reader.show(now.face.amount) if now.face.amount is not None else ""
    text = " · ".join(part for part in (now.key, cut(now.face.title, 120), amount) if part)
    yes, no = reader.say(f"approval.button.{asked.way}"), reader.say("approval.button.not_yet")
    return blocks.confirm(reader.say(f"approval.confirm.{asked.way}"), text, yes, no)


def reason_modal(verb: str, key: str, title: str, seen: int | None, reader: Reader, *, typed: str = "") -> Block:
    """Where the compulsory reason of a return or a rejection is written."""
    field = blocks.text_input("comment", value=typed, longest=2000, lines=True, hint=reader.say("approval.reason.hint"))
    return blocks.modal(
        "approval.reason", reader.say(f"approval.reason.title.{verb}"),
        [
            blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}"),
            blocks.entry("comment", reader.say(f"approval.reason.label.{verb}"), field, hint=reader.say("approval.reason.seen")),
        ],
        close=reader.say("slack.cancel"), submit=reader.say(f"approval.button.{verb}"),
        data={"key": key, "verb": verb, "seen": seen},
    )  # fmt: skip


def more_modal(now: CardNow, seen: int | None, reader: Reader) -> Block:
    """The rarer ways on: reject, read it all, be asked again later."""
    value = value_of(now.key, seen or 0)
    reject = blocks.button(reader.say("approval.button.reject"), REJECT, value, style="danger")
    page = blocks.button(reader.say("approval.button.page"), "approval.page", now.key, url=now.address)
    choices = [(f"{value}:{when}", reader.say(f"approval.later.{word}")) for when, word in _LATER]
    later = blocks.menu(LATER, choices, hint=reader.say("approval.later.choose"))
    shown = [
        blocks.section(f"{blocks.bold(now.key)} {blocks.escape(cut(now.face.title, 200))}"),
        blocks.section(blocks.escape(reader.say("approval.more.page")), accessory=page),
        blocks.section(blocks.escape(reader.say("approval.more.later")), accessory=later),
        blocks.section(blocks.escape(reader.say("approval.more.reject")), accessory=reject),
    ]
    return blocks.modal("approval.more", reader.say("approval.more.title"), shown, close=reader.say("slack.close"))


_LATER = ((SOON, "soon"), (TOMORROW, "tomorrow"))


def told(now: CardNow, reader: Reader, *, verb: str, by: str, comment: str | None) -> Rendered:
    """News for the requester: who did what, what was said, who is next."""
    line = reader.say(Text(f"approval.told.{verb}", {"who": by, "key": now.key}))
    head = f"{blocks.bold(line)}\n{blocks.link(now.address, cut(f'{now.key} {now.face.title}', 200))}"
    shown = [blocks.section(head), *_said(comment or "")]
    waiting = waiting_seats(now.steps)
    if waiting:
        shown.append(blocks.context(blocks.escape(waiting_line(waiting, reader))))
    if verb == "return":
        label = reader.say("approval.button.mend")
        shown.append(blocks.actions(blocks.button(label, "approval.page", now.key, url=now.address, style="primary")))
    return Rendered(f"{line} {now.face.title}", shown)
