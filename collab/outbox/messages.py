"""What the outbox itself says: several messages in one, trouble with delivery, and that something may be said twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import PAINT, REPAINT, Line, Rendered, kinds
from collab.outbox.rules import pace
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.problems import Explanation, TargetBroken, explain, kind_of

MOST_LINES = 15
DONE = "✓"
INBOX, PAGE = "inbox.page", "outbox.page"
DELIVERY = "/admin/delivery"
"""Where delivery is looked at and mended."""


OURS = frozenset({
    "answer_lost", "too_many_attempts", "not_renderable", "worker_died", "mail_refused", "mail_busy", "mail_shut", "mail_answer_lost",
})  # fmt: skip
"""Problems that are no words of Slack's."""


def explained(problem: str, kind: str = "") -> Explanation:
    """A problem of a message of this kind in words: what sort it is, why it came about, what to do."""
    if problem not in OURS:
        return explain(problem, pace.UPDATE if kind == PAINT else pace.POST)
    return Explanation(*(Text(f"outbox.problem.{part}.{problem}") for part in ("sort", "cause", "remedy")))


UNREACHED = frozenset({"no_slack_account", "users_not_found", "user_not_found", "user_disabled", "cannot_dm_bot"})


def unreached(problem: str) -> Text | None:
    """Why Slack does not reach somebody, said to themselves; None where it is not about them but about us or Slack."""
    if kind_of(problem) is not TargetBroken:
        return None
    return Text(f"outbox.unreached.{problem if problem in UNREACHED else 'other'}")


def named(kind: str) -> Text:
    """What operators call a message of this kind."""
    if kind in (PAINT, REPAINT):
        return Text("outbox.kind.paint")
    found = kinds.get(kind)
    return Text(found.name if found and found.name else "outbox.kind.other")


def bundle(lines: Sequence[Line], reader: Reader, inbox: str) -> Rendered:
    """Several messages as one: how many still need the reader, then a line for each; what is over is only ticked off."""
    still = [line for line in lines if line.open]
    title = reader.say("outbox.bundle.title", n=len(still)) if still else reader.say("outbox.bundle.done")
    shown = [blocks.header(title), *(_line(line, reader) for line in sorted(lines, key=_rank)[:MOST_LINES])]
    over = len(lines) - MOST_LINES
    more = reader.say("outbox.bundle.more", n=over) if over > 0 else reader.say("outbox.bundle.inbox")
    shown.append(blocks.actions(blocks.button(more, INBOX, "all", url=inbox)))
    return Rendered(title, shown)


def _rank(line: Line) -> int:
    """What must be answered first, then what is new, then what is over."""
    return 2 if not line.open else 0 if line.look else 1


def _line(line: Line, reader: Reader) -> Block:
    if not line.open:
        return blocks.context(f"{DONE} {line.text}")
    look = blocks.button(reader.say("outbox.bundle.look"), f"{line.look}:{line.key}", line.key) if line.look else None
    return blocks.section(line.text, accessory=look)


def marked_repeated(rendered: Rendered, reader: Reader) -> Rendered:
    """The same, saying that the reader may have it already."""
    mark = reader.say("outbox.repeated")
    head = blocks.context(blocks.escape(mark))
    return Rendered(f"{mark} {rendered.text}", [head, *rendered.blocks])


def in_trouble(who: str, error: str) -> Text:
    """What is wrong, in a line: somebody cannot be reached, or one message did not come about."""
    if not who:
        return Text("outbox.trouble.one")
    return Text(f"outbox.trouble.{'line' if kind_of(error) is TargetBroken else 'one_to'}", {"who": who})


@dataclass(frozen=True)
class Trouble:
    """Somebody or something that cannot be reached in Slack, or did not get one message, and why."""

    said: Text
    cause: Text
    remedy: Text
    address: str


def trouble(now: Trouble, reader: Reader) -> Rendered:
    """For administrators: who hears nothing in Slack, why, what to do, and that nothing is lost."""
    line = reader.say(now.said)
    facts = "\n".join(_lines(now, reader))
    go = blocks.button(reader.say("outbox.trouble.look"), PAGE, "broken", url=now.address)
    shown = [blocks.section(f"{blocks.bold(line)}\n{facts}"), blocks.actions(go)]
    return Rendered(line, shown)


def _lines(now: Trouble, reader: Reader) -> Iterable[str]:
    yield blocks.escape(reader.say(now.cause))
    yield blocks.escape(reader.say(now.remedy))
    yield blocks.escape(reader.say("outbox.trouble.safe"))
