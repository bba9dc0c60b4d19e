"""`/collab follow KEY`, `mute KEY` and `unfollow KEY` of anything that has a key, of everything of a kind (`mute goals`), and, with
`here` behind it, for the channel one stands in."""

from __future__ import annotations

from collab.channels import queries as channels
from collab.channels import service as channels_service
from collab.kernel.errors import NotFound, Text
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.slack import answers, blocks, identity
from collab.slack.grammar import KEY, REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk
from collab.subjects import service as subjects
from collab.subjects.queries import get_summary
from collab.subjects.registry import registry
from collab.subjects.rules import all_of, is_whole_kind

FOLLOW = ("follow", "フォロー", "watch")
MUTE = ("mute", "通知停止", "ミュート")
NEITHER = ("unfollow", "フォロー解除", "unmute", "通知再開")
HERE = frozenset({"here", "ここ", "ここで", "このチャンネル", "このチャンネルで"})
ALL = ("all", "every", "すべての", "全ての", "全")
PAGE = "/me/follows"


def install() -> None:
    """Make the three commands known: with a key, and of a kind."""
    words = edges.vocabulary
    for rank, (code, handler, typed) in enumerate(
        (("follow", follow, FOLLOW), ("mute", mute, MUTE), ("unfollow", unfollow, NEITHER)), start=80
    ):
        words.add(Command(f"subject.{code}.kind", handler, typed, takes=REST, listed=False))
        words.add(Command(f"subject.{code}", handler, typed, takes=KEY, rank=rank))


@permit("subject.follow")
def follow(talk: Talk) -> Answer:
    """Hear everything about it."""
    return _wished(talk, "follow")


@permit("subject.follow")
def mute(talk: Talk) -> Answer:
    """Hear nothing about it but what needs me."""
    return _wished(talk, "mute")


@permit("subject.follow")
def unfollow(talk: Talk) -> Answer:
    """Neither of both."""
    return _wished(talk, None)


def _wished(talk: Talk, wish: str | None) -> Answer:
    permits.check("subject.follow", talk.actor.roles)
    key, rest = (talk.typed.key, normal(talk.typed.rest)) if talk.typed.key else _kind_named(talk)
    if not key:
        return _which(talk)
    if rest in HERE:
        return _wished_here(talk, key, wish)
    subjects.wish(talk.actor, key, wish, now=talk.now)
    said = talk.reader.say(f"subject.wished.{wish or 'none'}", key=named(key))
    return answers.plainly(f"{blocks.escape(said)}{_link(talk, key)}")


def _wished_here(talk: Talk, key: str, wish: str | None) -> Answer:
    """For everybody in the channel; only what the whole company sees can be followed there."""
    found = channels.find_open(talk.team, talk.channel)
    if found is None:
        return answers.say(talk.reader, "channel.slack.not_connected")
    if not is_whole_kind(key):
        get_summary(talk.actor, key)
    channels_service.wish(talk.actor, found, key, wish, now=talk.now)
    return answers.say(talk.reader, f"channel.slack.{wish or 'none'}", key=named(key))


def named(key: str) -> str | Text:
    """A key, or in words everything of a kind."""
    return Text(f"subject.all.{registry.kind_of(key).code}") if is_whole_kind(key) else key


def _link(talk: Talk, key: str) -> str:
    if is_whole_kind(key):
        return ""
    subject = get_summary(talk.actor, key)
    return f" {blocks.link(identity.address(subject.path), f'{subject.key} {subject.title}')}"


def _kind_named(talk: Talk) -> tuple[str, str]:
    """`goals here`, `すべての目標`: the kind, and what follows; no key for what is no kind."""
    words = [word for word in normal(talk.typed.rest).split() if word not in ALL]
    first = words[0] if words else ""
    for prefix in ALL:
        first = first.removeprefix(prefix) if not first.isascii() else first
    noun = edges.vocabulary.noun(first) if first else None
    try:
        return (
            (all_of(f"{noun.prefix}-"), " ".join(words[1:]))
            if noun and registry.kind_of(f"{noun.prefix}-")
            else ("", "")
        )
    except NotFound:
        return "", ""


def _which(talk: Talk) -> Answer:
    """Nothing, or nothing we know, was named: how to say it, and where all of it stands."""
    text = talk.reader.say("subject.which")
    page = blocks.button(talk.reader.say("subject.page.link"), "subject.page", "follows", url=identity.address(PAGE))
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(page)])
