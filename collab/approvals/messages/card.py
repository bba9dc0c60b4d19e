"""The card people decide on: what is asked, about what, how much and why, who else decides, and at most three buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collab.approvals.messages import seats
from collab.approvals.messages.picture import (
    ADVOCATE,
    AGREE,
    APPROVE,
    MORE,
    OPINION,
    RETURN,
    Asked,
    CardNow,
    last_decision,
    value_of,
    waiting_seats,
)
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut
from collab.subjects.registry import Face

WHY, MOST_FACTS, MOST_CHANGES = 600, 6, 5
FINAL = ("decide", "key")
"""A yes that cannot be followed by anybody's no: it takes a second tap."""


def card(now: CardNow, reader: Reader) -> Rendered:
    """The whole card."""
    ask = ask_line(now, reader)
    title = f"{now.key} {now.face.title}"
    head = f"{blocks.bold(ask)}\n{blocks.link(now.address, cut(title, 200))}"
    shown = [blocks.section(head), *_reasons_to_look(now, reader), *substance(now.face, reader), *_aim(now, reader)]
    shown += standing(now, reader)
    if now.asked:
        shown.append(buttons(now, now.asked, reader))
    elif now.ways:
        shown.append(blocks.actions(blocks.button(reader.say("approval.button.more"), MORE, value_of(now.key, 0))))
    return Rendered(f"{ask}: {title}", shown)


def card_line(now: CardNow, reader: Reader, head: str = "") -> str:
    """The card in few words: what is asked (else `head`), about what, how much, until when; once it is over, what became of it."""
    facts = [reader.show(now.face.amount)] if now.face.amount is not None else []
    if now.asked and now.asked.due_at:
        facts.append(reader.say("approval.card.due", due=now.asked.due_at))
    return line(head or ask_line(now, reader), now, facts)


def line(head: str, now: CardNow, facts: Sequence[str] = ()) -> str:
    """A heading, and the request it is about."""
    about = blocks.link(now.address, cut(f"{now.key} {now.face.title}", 150))
    return "\n".join([blocks.bold(head), " · ".join([about, *(blocks.escape(fact) for fact in facts)])])


def ask_line(now: CardNow, reader: Reader) -> str:
    """The first line: what is asked of the reader; of whoever is asked nothing, where it stands."""
    if now.superseded:
        return reader.say("approval.card.newer_round")
    if now.asked:
        ask = reader.say(f"approval.ask.{now.asked.way}")
        return reader.say("approval.ask.instead", ask=ask, name=now.asked.holder) if now.asked.holder else ask
    return reader.say(f"approval.state.{now.state}") if now.state else reader.say("approval.card.not_submitted")


def _reasons_to_look(now: CardNow, reader: Reader) -> Iterable[Block]:
    """Why it is here again, and what is another than when the reader last looked."""
    if now.because and now.asked:
        name, comment = now.because
        yield blocks.section(blocks.escape(reader.say("approval.card.because", who=name)))
        yield blocks.quotation(comment, seats.COMMENT)
    if now.changes and now.asked:
        lines = [blocks.bold(reader.say(f"approval.changed.{now.changes.verb}", n=now.changes.round))]
        lines += [_change(*change, reader) for change in now.changes.fields[:MOST_CHANGES]]
        if more := len(now.changes.fields) - MOST_CHANGES:
            lines += [blocks.escape(reader.say("approval.changed.more", n=more))] if more > 0 else []
        yield blocks.section("\n".join(lines))


def _change(label: str, old: str, new: str, reader: Reader) -> str:
    nothing = reader.say("approval.changed.nothing")
    said = {"label": label, "old": cut(old, 120) or nothing, "new": cut(new, 120) or nothing}
    return blocks.escape(reader.say("approval.changed.field", **said))


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


def _aim(now: CardNow, reader: Reader) -> Iterable[Block]:
    """Two keys are turned for the same aim."""
    if now.asked and now.asked.way == "key" and now.face.aim:
        yield blocks.section(blocks.bold(reader.say("approval.card.keys_for", aim=cut(now.face.aim, 200))))


def standing(now: CardNow, reader: Reader) -> Iterable[Block]:
    """Where it stands: who else decides, what was said for and against it, what is on hold, until when an answer is asked for."""
    if now.warnings:
        yield blocks.context("※ " + blocks.escape(" · ".join(reader.say(warning) for warning in now.warnings)))
    if now.steps:
        lines = [f"{number}. {seats.step_line(step, reader)}" for number, step in enumerate(now.steps, 1)]
        yield blocks.section(f"{blocks.bold(reader.say('approval.card.way'))}\n" + "\n".join(lines))
    last = last_decision(now.steps)
    if last:
        said = seats.decided_line(last, reader)
        yield blocks.section(f"{seats.sign_of(last)}{blocks.escape(said)}")
        yield from quoted(last.comment)
    yield from seats.opinions(now.steps, reader, but=last)
    for beside in (*seats.holds(now.steps, reader), *now.lines):
        yield blocks.context(blocks.escape(cut(beside, 600)))
    yield from _until(now, reader)


def _until(now: CardNow, reader: Reader) -> Iterable[Block]:
    waiting = waiting_seats(now.steps)
    if now.asked and now.asked.due_at:
        yield blocks.context(blocks.escape(reader.say("approval.card.due", due=now.asked.due_at)))
    elif waiting:
        yield blocks.context(blocks.escape(seats.waiting_line(waiting, reader)))


def quoted(comment: str) -> Iterable[Block]:
    """Somebody's words, if there are any."""
    return [blocks.quotation(comment, seats.COMMENT)] if comment else []


def buttons(now: CardNow, asked: Asked, reader: Reader) -> Block:
    """The two ways on that are asked for, and the rest behind the third. A final yes asks once more: a second tap."""
    value = value_of(now.key, asked.seen, asked.seat)
    more = blocks.button(reader.say("approval.button.more"), MORE, value)
    if asked.way == "consult":
        agree = blocks.button(reader.say("approval.button.agree"), AGREE, value, style="primary")
        return blocks.actions(agree, blocks.button(reader.say("approval.button.opinion"), OPINION, value), more)
    if asked.way == "advocate":
        answer = blocks.button(reader.say("approval.button.advocate"), ADVOCATE, value, style="primary")
        return blocks.actions(answer, more)
    question = _question(now, asked, reader) if (asked.last or asked.way in FINAL) and not asked.override else None
    yes = reader.say(f"approval.button.{asked.way}")
    label = reader.say("approval.button.with_words", label=yes) if asked.override else yes
    return blocks.actions(
        blocks.button(label, APPROVE, value, style="primary", confirm=question),
        blocks.button(reader.say("approval.button.return"), RETURN, value),
        more,
    )


def _question(now: CardNow, asked: Asked, reader: Reader) -> Block:
    amount = reader.show(now.face.amount) if now.face.amount is not None else ""
    aim = (
        reader.say("approval.card.keys_for", aim=cut(now.face.aim, 100)) if asked.way == "key" and now.face.aim else ""
    )
    text = " · ".join(part for part in (now.key, cut(now.face.title, 120), amount, aim) if part)
    yes, no = reader.say(f"approval.button.{asked.way}"), reader.say("approval.button.not_yet")
    word = "key" if asked.way == "key" else "decide"
    return blocks.confirm(reader.say(f"approval.confirm.{word}"), text, yes, no)
