"""How a condition of a yes looks in Slack: the card of whoever must meet it, and the news of what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collab.approvals.messages import CardNow
from collab.approvals.queries.conditions import ConditionView, list_conditions
from collab.approvals.slack.cards import card_for, for_viewer
from collab.approvals.slack.last_chance import kindly
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

MET, SAY = "approval.meet", "approval.condition_say"
LONGEST = 1000


@dataclass(frozen=True)
class Shown:
    """A condition and the card of what it belongs to, for one reader."""

    found: ConditionView
    now: CardNow
    reader: Reader

    @property
    def value(self) -> str:
        """What its buttons carry."""
        return f"{self.found.subject}:{self.found.number}"

    def words(self, word: str, **args: object) -> str:
        """A sentence about conditions."""
        return self.reader.say(f"approval.condition.{word}", **args)


def asked(envelope: Envelope) -> Rendered | None:
    """The card of whoever must meet it; nothing once it is met or waived, or somebody else's."""
    shown = _mine(envelope)
    return _card(shown, shown.words("asked", key=shown.found.subject), ()) if shown else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """The same before any superior hears. More time is not theirs to take: done, or a word to whoever set it."""
    shown = _mine(envelope)
    if shown is None:
        return None
    head = shown.reader.say("approval.last.title", key=shown.found.subject)
    lines = [shown.words("thanks"), *filter(None, [kindly(None, envelope)])]
    return _card(shown, head, [blocks.section(blocks.escape("\n".join(lines)))])


def repainted(envelope: Envelope) -> Rendered | None:
    """The same while it matters; afterwards what became of it."""
    still = last_chance(envelope) if "wait" in envelope.args else asked(envelope)
    if still:
        return still
    shown = _shown(envelope)
    if shown is None:
        return for_viewer(envelope.subject_key, envelope.recipient, envelope.reader) if envelope.recipient else None
    return _plain(shown, shown.words(f"over.{shown.found.state}", n=shown.found.number, key=shown.found.subject))


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    shown = _shown(envelope)
    if shown is None:
        return None
    text = "\n".join([blocks.bold(shown.words("asked", key=shown.found.subject)), blocks.escape(_in_a_line(shown))])
    return Line(shown.found.subject, text, _mine(envelope) is not None, look="inbox.look")


def news(envelope: Envelope) -> Rendered | None:
    """What became of it, or that its owner asks to be spared it: then with the way to do so."""
    shown = _shown(envelope)
    if shown is None:
        return None
    head, words = _happened(shown, envelope), envelope.args.get("said")
    more = [blocks.context(blocks.escape(_in_a_line(shown)))]
    more += [blocks.quotation(words, LONGEST)] if words else []
    if envelope.args["verb"] == "ask_to_waive" and shown.found.is_open:
        waive = blocks.button(shown.words("button.waive"), f"{SAY}:waive", f"{shown.value}:waive")
        more.append(blocks.actions(waive, _page(shown)))
    return _plain(shown, head, more)


def news_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    shown = _shown(envelope)
    return Line(shown.found.subject, blocks.bold(_happened(shown, envelope)), open=True) if shown else None


def _mine(envelope: Envelope) -> Shown | None:
    """The condition, while it is open, binding and this reader's to meet."""
    shown = _shown(envelope)
    mine = shown is not None and envelope.recipient is not None and shown.found.owner == envelope.recipient.id
    return shown if shown and mine and shown.found.is_open and shown.found.binding else None


def _shown(envelope: Envelope) -> Shown | None:
    key, wait = envelope.subject_key, str(envelope.args.get("wait", ""))
    number = int(wait.rpartition(":")[2]) if wait else envelope.args["number"]
    found = next((one for one in list_conditions(key) if one.number == number), None)
    now = card_for(key, envelope.recipient, envelope.reader)
    return Shown(found, now, envelope.reader) if found and now else None


def _card(shown: Shown, head: str, above: Iterable[Block]) -> Rendered:
    sure = blocks.confirm(
        shown.words("confirm"),
        cut(shown.found.text, 250),
        shown.words("button.meet"),
        shown.reader.say("approval.button.not_yet"),
    )
    done = blocks.button(shown.words("button.meet"), MET, shown.value, style="primary", confirm=sure)
    spare = blocks.button(shown.words("button.ask_to_waive"), f"{SAY}:ask", f"{shown.value}:ask_to_waive")
    return _plain(shown, head, [*above, *_substance(shown), blocks.actions(done, spare, _page(shown))])


def _substance(shown: Shown) -> Iterable[Block]:
    found, reader = shown.found, shown.reader
    names = people.names_of([found.set_by])
    kind = shown.words("before_order" if found.before_order else "dated")
    yield blocks.quotation(found.text, LONGEST)
    yield blocks.facts(
        [
            (shown.words("due"), reader.show(found.due_on)),
            (shown.words("kind"), kind),
            (shown.words("set_by"), reader.name(names[found.set_by])),
            (
                reader.say("approval.card.requester"),
                shown.now.face.by_ja if reader.locale == "ja" else shown.now.face.by_en,
            ),
        ]
    )
    yield blocks.context(blocks.escape(shown.words("attach")))


def _plain(shown: Shown, head: str, more: Iterable[Block] = ()) -> Rendered:
    title = f"{shown.found.subject} {shown.now.face.title}"
    top = blocks.section(f"{blocks.bold(head)}\n{blocks.link(shown.now.address, cut(title, 200))}")
    about = [] if more else [blocks.quotation(shown.found.text, LONGEST)]
    return Rendered(f"{head} {_in_a_line(shown)}", [top, *about, *more])


def _page(shown: Shown) -> Block:
    return blocks.button(
        shown.reader.say("approval.button.page"), "approval.page", shown.found.subject, url=shown.now.address
    )


def _in_a_line(shown: Shown) -> str:
    return f"{shown.found.subject} · {cut(shown.found.text, 150)} · {shown.reader.show(shown.found.due_on)}"


def _happened(shown: Shown, envelope: Envelope) -> str:
    by = people.names_of([envelope.args["by"]]) if envelope.args["by"] else {}
    who = shown.reader.name(by[envelope.args["by"]]) if by else ""
    said = {"who": who, "n": shown.found.number, "key": shown.found.subject}
    return shown.reader.say(Text(f"approval.condition.told.{envelope.args['verb']}", said))
