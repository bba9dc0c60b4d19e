"""`/collab follow KEY`, `/collab mute KEY` and `/collab unfollow KEY` of anything that has a key."""

from __future__ import annotations

from collab.kernel.permits import permit, permits
from collab.slack import answers, blocks, identity
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Talk
from collab.subjects import service as subjects
from collab.subjects.queries import get_summary

FOLLOW = ("follow", "フォロー", "watch")
MUTE = ("mute", "通知停止", "ミュート")
NEITHER = ("unfollow", "フォロー解除", "unmute", "通知再開")


def install() -> None:
    """Make the three commands known."""
    words = edges.vocabulary
    words.add(Command("subject.follow", follow, FOLLOW, takes=KEY, rank=80))
    words.add(Command("subject.mute", mute, MUTE, takes=KEY, rank=81))
    words.add(Command("subject.unfollow", unfollow, NEITHER, takes=KEY, rank=82))


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
    subject = get_summary(talk.actor, talk.typed.key)
    subjects.wish(talk.actor, subject.key, wish, now=talk.now)
    said = talk.reader.say(f"subject.wished.{wish or 'none'}", key=subject.key)
    return answers.plainly(
        f"{said} {blocks.link(identity.address(subject.path), f'{subject.key} {subject.title}')}"
    )  # fmt: skip
