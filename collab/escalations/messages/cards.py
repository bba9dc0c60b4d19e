"""The card of one superior, or of several who share it, in their languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from collab.escalations.messages.stalled import (
    DONE,
    MOST_BEFORE,
    MOST_FACTS,
    PAGE,
    TAKE,
    TITLE,
    VALUE,
    Stalled,
    headline,
    place,
    side_of,
    standing,
    waited_line,
)
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut


def card(now: Stalled, readers: Sequence[Reader], *, why: Text, also: Sequence[Any] = ()) -> Rendered:
    """The card for one reader, or for several who share it: the first one's language in full, another's below it.

    `why` says why they read it, `also` names who got one of their own.
    """
    reader = readers[0]
    said, about = reader.say(headline(now)), about_line(now, reader)
    mark = "" if now.is_open else f"{DONE} "
    shown = [blocks.section(f"{mark}{blocks.bold(said)}\n{blocks.link(now.address, about)}")]
    if now.is_open and now.newer:
        return Rendered(
            f"{said}: {about}", [*shown, blocks.context(blocks.escape(reader.say("escalation.card.newer")))]
        )
    if now.is_open:
        shown += [blocks.facts(facts(now, readers)), *before_lines(now, reader)]
        shown += [block for other in _other_languages(readers) for block in _again(now, other, readers)]
    shown += standing_lines(now, readers)
    shown += [blocks.context(blocks.escape(_why(why, also, one))) for one in (reader, *_other_languages(readers))]
    shown.append(buttons(now, readers))
    return Rendered(f"{mark}{said}: {about}", shown)


def about_line(now: Stalled, reader: Reader) -> str:
    """The subject in a line: its key, and its title where every reader may see it."""
    return cut(f"{now.key} {now.title or reader.say('escalation.card.hidden')}", TITLE)


def facts(now: Stalled, readers: Sequence[Reader]) -> list[tuple[str, str]]:
    """What five seconds of reading must tell: who asked whom, until when, how long it has waited, what that costs."""
    reader = readers[0]
    asked_by = side_of(now.other, now.other_side)
    found = [(reader.say("escalation.card.asked_by"), reader.say(asked_by))] if asked_by else []
    found += [(reader.say("escalation.card.due"), moment(now.due_at, readers))]
    if now.waited:
        found.append((reader.say("escalation.card.waited"), waited_line(now.waited, reader)))
    found += [(reader.say(label), cut(reader.show(value), VALUE)) for label, value in now.facts[:MOST_FACTS]]
    return found


def moment(at: datetime, readers: Sequence[Reader]) -> str:
    """A moment as each reader's clock shows it."""
    zones = list(dict.fromkeys(reader.zone for reader in readers))
    reader = readers[0]
    if len(zones) == 1:
        return reader.moment(at)
    each = [
        reader.say("escalation.card.at", at=Reader(reader.locale, zone).moment(at), place=place(zone, reader))
        for zone in zones
    ]
    return reader.say("list.comma").join(each)


def before_lines(now: Stalled, reader: Reader) -> Iterable[Block]:
    """Who heard before, the last few."""
    if now.before:
        names = [reader.say("escalation.card.heard", who=one.who, why=one.why, at=one.at) for one in now.before]
        line = reader.say("escalation.card.before", names=reader.say("list.comma").join(names[-MOST_BEFORE:]))
        yield blocks.context(blocks.escape(line))


def _other_languages(readers: Sequence[Reader]) -> list[Reader]:
    return list({reader.locale: reader for reader in reversed(readers) if reader.locale != readers[0].locale}.values())


def _again(now: Stalled, reader: Reader, readers: Sequence[Reader]) -> Iterable[Block]:
    """The same in another reader's language, in few words."""
    mine = [reader, *(Reader(reader.locale, one.zone) for one in readers if one.zone != reader.zone)]
    lines = [f"{blocks.escape(label)}: {blocks.escape(value)}" for label, value in facts(now, mine)]
    yield {"type": "divider"}
    yield blocks.section("\n".join([blocks.bold(reader.say(headline(now))), *lines]))


def standing_lines(now: Stalled, readers: Sequence[Reader]) -> Iterable[Block]:
    """Who sees to it, in every language of the readers."""
    said = standing(now)
    if said is not None:
        for reader in (readers[0], *_other_languages(readers)):
            yield blocks.section(f"{DONE if now.state == 'acknowledged' else '※'} {blocks.escape(reader.say(said))}")


def _why(why: Text, also: Sequence[Any], reader: Reader) -> str:
    said = reader.say(why)
    if not also:
        return said
    names = reader.say("list.comma").join(reader.name(one) for one in also)
    return f"{said} {reader.say('escalation.card.also', names=names)}"


def buttons(now: Stalled, readers: Sequence[Reader]) -> Block:
    """See to it, while that helps; the subject's page."""
    go = blocks.button(readers[0].say("escalation.button.open", key=now.key), PAGE, str(now.id), url=now.address)
    if not now.may_take:
        return blocks.actions(go)
    labels = [reader.say("escalation.button.take") for reader in (readers[0], *_other_languages(readers))]
    return blocks.actions(blocks.button(" / ".join(labels), TAKE, str(now.id), style="primary"), go)


def line(now: Stalled, reader: Reader) -> str:
    """The card in few words, for a bundle: what is wrong, about what, how long."""
    said = standing(now) or headline(now)
    parts = [blocks.link(now.address, about_line(now, reader))]
    if now.is_open and now.waited:
        parts.append(blocks.escape(waited_line(now.waited, reader)))
    return f"{blocks.bold(reader.say(said))}\n{' · '.join(parts)}"
