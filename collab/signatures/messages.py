"""What Slack shows of a paper to sign: the card with its substance, the modal that asks once more, the news. Words and blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.signatures.registry import paper_of
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

SIGN, READ, LOOK = "signature.sign", "signature.read", "signature.look"
MOST_ROWS, ROW, BEFORE = 14, 260, 160
Rows = Sequence[tuple[str, str]]
Changes = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class SeatNow:
    """One of both seats: who, for which department, when they signed."""

    who: str
    department: str
    signed_at: datetime | None


@dataclass(frozen=True)
class CardNow:
    """A sheet as it stands for one reader. `mine`: it is their signature that is waited for; `changes` what differs from the
    version they signed last (`since`)."""

    sheet: int
    key: str
    title: str
    paper: Text
    version: int
    state: str
    page: str
    seats: Sequence[SeatNow]
    rows: Rows
    mine: bool = False
    due_at: datetime | None = None
    late: bool = False
    since: int | None = None
    changes: Changes = ()
    void_reason: str = ""

    @property
    def args(self) -> dict[str, object]:
        """What the words of a sheet are filled with."""
        return {"paper": self.paper, "n": self.version, "key": self.key}


def card(now: CardNow, reader: Reader, *, last: bool = False) -> Rendered:
    """What is to be signed, what stands on it, who signed already, until when, and the button."""
    head = headline(now, reader, last=last)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}")]
    shown += _changes(now, reader)
    shown += [blocks.section(_row(label, text)) for label, text in now.rows[:MOST_ROWS]] if now.mine else []
    shown.append(blocks.context(blocks.escape(_standing(now, reader))))
    buttons = [blocks.button(reader.say("signature.button.read"), READ, "read", url=now.page)]
    if now.mine:
        sign = blocks.button(
            reader.say("signature.button.sign"), SIGN, value_of(now.sheet, now.version), style="primary"
        )
        buttons.insert(0, sign)
    return Rendered(f"{head} {now.key} {now.title}", [*shown, blocks.actions(*buttons)])


def headline(now: CardNow, reader: Reader, *, last: bool = False) -> str:
    """What is asked, or what became of it."""
    if now.mine:
        return reader.say("signature.card.last" if last else "signature.card.sign", **now.args)
    if now.state == "void":
        return reader.say("signature.card.void", **now.args)
    return reader.say("signature.card.valid" if now.state == "valid" else "signature.card.signed", **now.args)


def _row(label: str, text: str) -> str:
    return f"{blocks.bold(label)}\n{blocks.escape(cut(text, ROW))}"


def _changes(now: CardNow, reader: Reader) -> Iterable[Block]:
    """What differs from what the reader signed last: this is what they look for first."""
    if not now.mine or now.since is None:
        return
    head = reader.say("signature.card.changed" if now.changes else "signature.card.unchanged", n=now.since)
    lines = [_change(one, reader) for one in now.changes[:MOST_ROWS]]
    yield blocks.section("\n".join([blocks.bold(head), *lines]))


def _change(change: tuple[str, str, str], reader: Reader) -> str:
    label, before, after = change
    nothing = reader.say("signature.nothing")
    args = {"label": label, "before": cut(before, BEFORE) or nothing, "after": cut(after, BEFORE) or nothing}
    return "• " + blocks.escape(reader.say("signature.change", **args).replace("\n", " "))


def _standing(now: CardNow, reader: Reader) -> str:
    parts = [
        reader.say(f"signature.seat.{'signed' if seat.signed_at else 'missing'}", who=seat.who, unit=seat.department, at=seat.signed_at)
        for seat in now.seats
    ]  # fmt: skip
    if now.mine and now.due_at:
        parts.append(reader.say(f"signature.card.{'late' if now.late else 'due'}", due=now.due_at))
    return " · ".join(parts)


def _link(now: CardNow) -> str:
    return blocks.link(now.page, cut(f"{now.key} {now.title}", 200))


def card_line(now: CardNow, reader: Reader) -> str:
    """The card in few words."""
    due = [blocks.escape(reader.say("signature.card.due", due=now.due_at))] if now.mine and now.due_at else []
    return "\n".join([blocks.bold(headline(now, reader)), " · ".join([_link(now), *due])])


def modal(now: CardNow, reader: Reader) -> Block:
    """Asks once more: which version, what is new in it, the whole of it; only then it counts."""
    intro = blocks.section(blocks.escape(reader.say("signature.modal.intro", **now.args)) + f"\n{_link(now)}")
    body = [blocks.section(_row(label, text)) for label, text in now.rows]
    return blocks.modal(
        SIGN, reader.say("signature.modal.title"), [intro, *_changes(now, reader), *body, *_last_word(reader)],
        close=reader.say("slack.cancel"), submit=reader.say("signature.modal.submit"),
        data={"sheet": now.sheet, "version": now.version},
    )  # fmt: skip


def _last_word(reader: Reader) -> Iterable[Block]:
    yield blocks.context(blocks.escape(reader.say("signature.modal.in_person")))


@dataclass(frozen=True)
class News:
    """What became of a sheet: `valid`, or `voided` by somebody (empty: by nobody)."""

    verb: str
    who: str
    changes: Changes = ()


def told(now: CardNow, news: News, reader: Reader) -> Rendered:
    """Both signed; or a change took a signature out of force, and what changed."""
    line = _told(now, news, reader)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(now)}")]
    if news.verb == "voided":
        shown.append(blocks.section(_why(now, news, reader)))
    shown.append(blocks.actions(blocks.button(reader.say("signature.button.read"), READ, "read", url=now.page)))
    return Rendered(f"{line} {now.key} {now.title}", shown)


def _why(now: CardNow, news: News, reader: Reader) -> str:
    lines = [_change(one, reader) for one in news.changes[:MOST_ROWS]]
    return "\n".join([blocks.escape(why(now.void_reason, reader)), *lines])


def why(reason: str, reader: Reader) -> str:
    """Why a sheet is void, in words."""
    key = f"signature.void.{reason}"
    return reader.say(key if reader.knows(key) else "signature.void.other")


def told_line(now: CardNow, news: News, reader: Reader) -> str:
    """The news in few words."""
    return f"{blocks.bold(_told(now, news, reader))}\n{_link(now)}"


def _told(now: CardNow, news: News, reader: Reader) -> str:
    word = news.verb if news.who or news.verb == "valid" else f"{news.verb}_by_itself"
    return reader.say(f"signature.told.{word}", who=news.who, **now.args)


def said_of(paper: str, version: int, key: str) -> dict[str, object]:
    """What the words of a sheet are filled with."""
    return {"paper": Text(paper_of(paper).name), "n": version, "key": key}


def value_of(sheet: int, version: int) -> str:
    """What the button carries: the sheet, and the version its presser looks at."""
    return f"{sheet}:{version}"


def value_from(pressed: str) -> tuple[int, int]:
    """The sheet and the version of a pressed button; zeros for what is no such value."""
    sheet, _, version = pressed.partition(":")
    return (int(sheet), int(version)) if sheet.isdigit() and version.isdigit() else (0, 0)
