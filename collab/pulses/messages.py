"""What is said of a pulse in Slack: the card that asks, the form, the results. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.pulses.rules.gap import Pair, shown
from collab.pulses.rules.habits import Question
from collab.pulses.rules.hiding import RATINGS
from collab.pulses.rules.results import Results
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

ANSWER, FORM, LOOK = "pulse.answer", "pulse.answered", "pulse.look"
WORST, SAID, SECONDS = 3, 400, 30
"""Pairs told in a card; characters of a question there; what answering takes."""


@dataclass(frozen=True)
class CardNow:
    """A pulse as it stands; `may_answer` whether its reader is asked, `answered` whether they have answered."""

    key: str
    title: str
    address: str
    state: str
    questions: int
    minimum: int
    closes_at: datetime
    may_answer: bool = False
    answered: bool = False


@dataclass(frozen=True)
class Names:
    """What sides and departments are called, by code: a department may have the code of a side."""

    sides: Mapping[str, str]
    units: Mapping[str, str]

    def side(self, code: str) -> str:
        """A side's name."""
        return self.sides.get(code, code)

    def unit(self, code: str) -> str:
        """A department's name."""
        return self.units.get(code, code)

    def of(self, pair: Pair) -> dict[str, str]:
        """Both names of a pair."""
        name = self.side if pair.of_sides else self.unit
        return {"one": name(pair.one), "other": name(pair.other)}


def names_from(units: Iterable[Any], reader: Reader) -> Names:
    """Names from rows of departments (code, both names, side)."""
    known = list(units)
    return Names(
        {one.side: side_name(one.side, reader) for one in known}, {one.code: reader.name(one) for one in known}
    )


def asking(now: CardNow, reader: Reader, *, again: bool = False) -> Rendered:
    """What is asked, how long it takes, who reads it, and the button that opens the form."""
    word = now.state if now.state != "open" else "reminder" if again else "answered" if now.answered else "ask"
    head = reader.say(f"pulse.card.{word}")
    found = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}")]
    if now.state == "open":
        how = reader.say("pulse.card.how", n=now.questions, seconds=SECONDS)
        found.append(blocks.section(blocks.escape(f"{how}\n{reader.say('pulse.card.blind', n=now.minimum)}")))
        found.append(blocks.context(blocks.escape(reader.say("pulse.card.until", at=now.closes_at))))
    button = _button(now, reader)
    return Rendered(f"{head}: {now.key} {now.title}", [*found, blocks.actions(button)] if button else found)


def asking_line(now: CardNow, reader: Reader) -> str:
    """The same in few words."""
    head = reader.say(f"pulse.card.{'ask' if now.state == 'open' else now.state}")
    return f"{blocks.bold(head)}\n{_link(now)} · {blocks.escape(reader.say('pulse.card.until', at=now.closes_at))}"


def _button(now: CardNow, reader: Reader) -> Block | None:
    if now.state == "open" and now.may_answer:
        word, style = ("change", None) if now.answered else ("answer", "primary")
        return blocks.button(reader.say(f"pulse.button.{word}"), ANSWER, now.key, style=style)
    if now.state == "closed":
        return blocks.button(reader.say("pulse.button.results"), LOOK, now.key)
    return None


def _link(now: CardNow) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.title}", 200))


def form(
    key: str,
    title: str,
    questions: Sequence[Question],
    reader: Reader,
    *,
    minimum: int,
    given: Mapping[str, int] | None = None,
) -> Block:
    """Every question with its five answers; what its reader answered before is marked."""
    choices = [(str(rating), scale(rating, reader)) for rating in RATINGS]
    said = given or {}
    fields = [
        blocks.entry(
            one.code, f"{number}. {one.said(reader.locale)}", blocks.radios("rating", choices, chosen=str(said.get(one.code, "")))
        )
        for number, one in enumerate(questions, 1)
    ]  # fmt: skip
    about = blocks.section(
        f"{blocks.bold(cut(title, 200))}\n{blocks.escape(reader.say('pulse.card.blind', n=minimum))}"
    )
    return blocks.modal(
        FORM, reader.say("pulse.name"), [about, *fields], close=reader.say("slack.cancel"),
        submit=reader.say("pulse.button.send"), data={"key": key},
    )  # fmt: skip


def scale(rating: int, reader: Reader) -> str:
    """A rating with what it means."""
    return f"{rating} {reader.say(f'pulse.scale.{rating}')}"


def results(found: Results, title: str, address: str, names: Names, reader: Reader) -> Rendered:
    """Where the sides disagree first, then the departments that are furthest apart."""
    head = reader.say("pulse.card.results")
    where = blocks.link(address, cut(f"{found.key} {title}", 200))
    lines = [disagreement(found, names, reader), *figures(found, reader)]
    said = [blocks.section(f"{blocks.bold(head)}\n{where}"), blocks.section(blocks.escape("\n".join(lines)))]
    pairs = [apart(pair, names, reader) for pair in found.pairs[:WORST]]
    if pairs:
        listed = "\n".join(f"• {blocks.escape(line)}" for line in pairs)
        said.append(blocks.section(f"{blocks.bold(reader.say('pulse.card.pairs'))}\n{listed}"))
    go = blocks.button(reader.say("pulse.button.all"), "pulse.page", found.key, url=address)
    return Rendered(f"{head}: {lines[0]}", [*said, blocks.actions(go)])


def results_line(found: Results, title: str, address: str, names: Names, reader: Reader) -> str:
    """The results in few words."""
    said = blocks.escape(disagreement(found, names, reader))
    return f"{blocks.link(address, cut(f'{found.key} {title}', 200))}\n{said}"


def disagreement(found: Results, names: Names, reader: Reader) -> str:
    """The biggest gap in words: between whom, in which question, with both means."""
    widest = found.widest()
    if widest is None:
        return reader.say("pulse.said.nothing", n=found.minimum)
    pair, code = widest
    one, other = (shown(mean) for mean in pair.means[code])
    question = next(each.said(reader.locale) for each in found.questions if each.code == code)
    named = names.of(pair)
    if pair.by_question[code] == 0:
        return reader.say("pulse.said.agree", **named)
    gap = shown(pair.by_question[code], 0)
    return reader.say("pulse.said.widest", **named, question=cut(question, SAID), a=one, b=other, gap=gap)


def figures(found: Results, reader: Reader) -> list[str]:
    """The company's index, and how many say that goals and metrics do not match."""
    said = []
    if found.index is not None:
        said.append(reader.say("pulse.said.index", n=shown(found.index, 0)))
    if found.low is not None:
        said.append(reader.say("pulse.said.low", n=shown(found.low, 0)))
    return said


def apart(pair: Pair, names: Names, reader: Reader) -> str:
    """Two groups and their index."""
    return reader.say("pulse.said.pair", **names.of(pair), n=shown(pair.index, 0))


def side_name(code: str, reader: Reader) -> str:
    """What a side is called."""
    return reader.say(f"people.side.{code}") if reader.knows(f"people.side.{code}") else code
