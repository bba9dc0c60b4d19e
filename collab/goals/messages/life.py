"""What Slack shows of a goal's life: the card that asks for a yes, the forms, the news. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from collab.goals.rules import RESULTS, RUNNING
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

ACCEPT, DECLINE, PAGE, LOOK = "goal.accept", "goal.decline", "goal.page", "goal.life_look"
SAYS = {"accept": "means", "decline": "reason", "pause": "reason", "close": "lesson"}
"""What a verb wants to hear, by the name of its field."""
TITLE, OUTCOME, SAID, MOST_CHANGES = 200, 600, 900, 6


@dataclass(frozen=True)
class Asking:
    """Everything a card shows one reader. Names are in their language; `others` are the other sides, each with department;
    `asked` whether their yes is wanted; `mark` what it would be said to; `way` and `days` where the main metric is to go and when; `waits` whose yes is missing,
    `declined` who said no and has not been replaced."""

    key: str
    address: str
    title: str
    state: str
    outcome: str = ""
    others: tuple[str, ...] = ()
    department: str = ""
    metric: str = ""
    way: str = ""
    days: str = ""
    asked: bool = False
    mark: str = ""
    waits: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    can: frozenset[str] = field(default_factory=frozenset)


def asked(now: Asking, reader: Reader) -> Rendered:
    """What they are asked to answer for, with whom, from where to where, until when; and what happens then."""
    head = _headline(now, reader)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}"), *_substance(now, reader)]
    after = _after(now, reader)
    if after:
        shown.append(blocks.context(blocks.escape(after)))
    shown.append(blocks.actions(*_buttons(now, reader), block_id=f"goal:{now.key}"))
    return Rendered(f"{head} {now.key} {cut(now.title, TITLE)}", shown)


def asked_line(now: Asking, reader: Reader) -> str:
    """The same in few words."""
    return f"{blocks.bold(_headline(now, reader))}\n{_link(now)}"


def _headline(now: Asking, reader: Reader) -> str:
    if not now.asked:
        return reader.say("goal.life.stands", state=reader.say(f"goal.state.{now.state}"))
    if now.others:
        return reader.say("goal.life.asked_with", others=list(now.others))
    return reader.say("goal.life.asked_alone")


def _substance(now: Asking, reader: Reader) -> Iterable[Block]:
    if now.outcome:
        yield blocks.quotation(now.outcome, OUTCOME)
    facts = [(reader.say("goal.life.fact.side"), now.department)] if now.asked and now.department else []
    facts += [
        (cut(now.metric, 75) or reader.say("goal.life.fact.way"), now.way), (reader.say("goal.life.fact.days"), now.days),
    ]  # fmt: skip
    facts = [(label, cut(value, 300)) for label, value in facts if value]
    if facts:
        yield blocks.facts(facts)


def _after(now: Asking, reader: Reader) -> str:
    if now.asked and now.state in RUNNING:
        return reader.say("goal.life.asked_after_running")
    if now.asked:
        return reader.say("goal.life.asked_after_two" if now.others else "goal.life.asked_after_one")
    return _waiting(now, reader)


def _waiting(now: Asking, reader: Reader) -> str:
    """Whose yes is missing; and who said no, in whose place somebody has to be named."""
    said = [reader.say("goal.life.waits_for", names=list(now.waits))] if now.waits else []
    said += [reader.say("goal.life.declined_by", names=list(now.declined))] if now.declined else []
    return "\n".join(said)


def _buttons(now: Asking, reader: Reader) -> Iterable[Block]:
    value = f"{now.key}:{now.mark}"
    if now.asked and "accept" in now.can:
        yield blocks.button(reader.say("goal.life.do.accept"), ACCEPT, value, style="primary")
    if now.asked and "decline" in now.can:
        yield blocks.button(reader.say("goal.life.do.decline"), DECLINE, value)
    yield blocks.button(reader.say("goal.life.do.open"), PAGE, now.key, url=now.address)


@dataclass(frozen=True)
class News:
    """What somebody did: the verb, who (empty: nobody pressed it), what they said, what changed (label, before, after), and
    names that came with it."""

    verb: str
    who: str = ""
    said: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def told(now: Asking, news: News, reader: Reader) -> Rendered:
    """The news, what was said, and what is missing now."""
    line = told_words(now, news, reader)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(now)}")]
    if news.changes:
        pairs = [(label, cut(f"{before} → {after}", 300)) for label, before, after in news.changes[:MOST_CHANGES]]
        shown.append(blocks.facts(pairs))
    if news.said:
        shown.append(blocks.quotation(news.said, SAID))
    if note := _note(now, news, reader):
        shown.append(blocks.context(blocks.escape(note)))
    shown.append(blocks.actions(*_buttons(now, reader), block_id=f"goal:{now.key}"))
    return Rendered(f"{line} {cut(now.title, TITLE)}", shown)


def told_line(now: Asking, news: News, reader: Reader) -> str:
    """The news in few words."""
    return f"{blocks.bold(told_words(now, news, reader))}\n{_link(now)}"


def told_words(now: Asking, news: News, reader: Reader) -> str:
    """The news in one sentence."""
    word = f"{news.verb}_by_itself" if not news.who and reader.knows(f"goal.told.{news.verb}_by_itself") else news.verb
    return reader.say(f"goal.told.{word}", who=news.who, key=now.key, **news.more)


def _note(now: Asking, news: News, reader: Reader) -> str:
    """What has to happen next, after a yes or another owner."""
    if news.verb.startswith(("accept", "owners", "decline")) and (now.waits or now.declined):
        return _waiting(now, reader)
    if news.verb == "agreed" and now.missing:
        return reader.say("goal.life.still_missing", what=list(now.missing))
    return ""


def _link(now: Asking) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.title}", TITLE))


def form(verb: str, key: str, title: str, reader: Reader, *, mark: str = "", text: str = "") -> Block:
    """Where what must be said is written: what it means for my side, why not, why a pause, how it ended and the lesson."""
    shown = [blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, TITLE))}")]
    if verb == "close":
        choices = [(code, reader.say(f"goal.result.{code}")) for code in RESULTS]
        shown.append(blocks.entry("result", reader.say("goal.life.field.result"), blocks.menu("result", choices)))
    name = SAYS[verb]
    box = blocks.text_input(name, longest=2000, lines=True, value=text, hint=reader.say(f"goal.life.hint.{verb}"))
    shown.append(blocks.entry(name, reader.say(f"goal.life.label.{verb}"), box))
    return blocks.modal(
        f"goal.{verb}", reader.say(f"goal.life.form.{verb}"), shown, close=reader.say("slack.cancel"),
        submit=reader.say(f"goal.life.do.{verb}"), data={"key": key, "mark": mark},
    )  # fmt: skip
