"""What shared channels read: a card for each subject, its news, and what whoever connected one is told. Words and blocks only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collab.channels.rules import LEADERS, UNREACHABLE, ChannelView, Happened, Shown
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks

MOST_NAMED = 5
"""So many of those who must act are named; more are a number."""


def card(now: Shown, address: str, reader: Reader) -> Rendered:
    """A subject's latest state: what it is, how it stands, who must act, what happened last."""
    summary = now.summary
    title = blocks.link(address, f"{summary.key} {summary.title}")
    state = reader.say("channel.card.state", kind=Text(f"channel.kind.{summary.kind}"), state=summary.state)
    shown = [blocks.section(f"{title}\n{blocks.escape(state)}")]
    if now.waiting:
        shown.append(blocks.section(waiting_line(now, reader)))
    if now.last:
        said = blocks.escape(f"{happened(now.last, reader)} · {reader.moment(now.last.at)}")
        shown.append(blocks.context(said))
    return Rendered(f"{summary.key} {summary.title}: {reader.say(summary.state)}", shown)


def narrowed(reader: Reader) -> Rendered:
    """Of what the whole company sees no longer: that, and nothing else."""
    said = reader.say("channel.card.narrowed")
    return Rendered(said, [blocks.context(blocks.escape(said))])


def news(now: Shown, what: Happened, reader: Reader, *, newest: bool) -> Rendered:
    """One thing that happened; with the newest, whose turn it is now."""
    said = happened(what, reader)
    line = waiting_line(now, reader) if newest and now.waiting else ""
    words = "\n".join(part for part in (blocks.escape(said), line) if part)
    return Rendered(f"{now.summary.key} {now.summary.title}: {said}", [blocks.section(words)])


def happened(what: Happened, reader: Reader) -> str:
    """Who did what, perhaps in whose place."""
    who = reader.name(what.by) if what.by else reader.say("channel.somebody")
    if what.by and what.instead_of:
        who = reader.say("channel.instead", who=who, whose=what.instead_of)
    said = reader.say(what.what, who=who)
    return said[:1].upper() + said[1:]


def waiting_line(now: Shown, reader: Reader) -> str:
    """Who must act, since when: mentioned by account where that is known and wished, else by name. Slack's markup."""
    people_ = [_mention(who, now.accounts.get(who.id), reader) for who, _since in now.waiting[:MOST_NAMED]]
    over = len(now.waiting) - MOST_NAMED
    more = [blocks.escape(reader.say("channel.more_people", n=over))] if over > 0 else []
    who = reader.say("list.comma").join([*people_, *more])
    since = min(since for _who, since in now.waiting)
    before, after = reader.say("channel.card.waiting", who="\x00", since=since).split("\x00")
    return f"{blocks.escape(before)}{who}{blocks.escape(after)}"


def _mention(who: Any, account: str | None, reader: Reader) -> str:
    name = reader.say("channel.person", who=who)
    return f"<@{account}>" if account else blocks.escape(name)


def hello(channel: ChannelView, whose: Text, by: Any, reader: Reader) -> Rendered:
    """The first words in a channel: whose it is now, what it will hear, who connected it."""
    said = reader.say(
        "channel.hello.leaders" if channel.settings.purpose == LEADERS else "channel.hello.department", whose=whose
    )
    shown = [
        blocks.section(blocks.escape(said)),
        blocks.context(reader.say("channel.hello.by", who=blocks.escape(reader.name(by)))),
    ]
    return Rendered(said, shown)


def lost(name: str, problem: str, page: str, reader: Reader) -> Rendered:
    """For whoever connected a channel that Slack refuses: why, and what to do."""
    key = "invite" if problem in UNREACHABLE else "closed"
    said = reader.say(f"channel.lost.{key}", name=name)
    shown = reader.say(f"channel.lost.{key}", name=blocks.escape(name))
    go = blocks.button(reader.say("channel.lost.look"), "channel.page", "channels", url=page)
    return Rendered(said, [blocks.section(shown), blocks.actions(go)])


def lines(channel: ChannelView, reader: Reader) -> Sequence[str]:
    """What a channel hears, in sentences."""
    kept = channel.settings
    kinds = [Text(f"channel.kinds.{code}") for code in kept.kinds]
    heard = reader.say("channel.line.kinds", kinds=kinds) if kinds else reader.say("channel.line.no_kinds")
    return [heard, reader.say(f"channel.line.details.{kept.details}"), digest_line(channel, reader)]


def digest_line(channel: ChannelView, reader: Reader) -> str:
    """When its digest comes."""
    kept = channel.settings
    if not kept.digest:
        return reader.say("channel.line.no_digest")
    at = f"{kept.digest_minute // 60:02}:{kept.digest_minute % 60:02}"
    day = Text(f"channel.weekday.{kept.digest_weekday}")
    return reader.say("channel.line.digest", day=day, at=at, zone=kept.zone)
