"""How somebody gets the digest, in whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab.digests.rules.habits import Choice
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.nudges.rules.times import said_time


def lines(member: Actor, choice: Choice, coming: tuple[str, datetime] | None, reader: Reader) -> list[str]:
    """When issues come, when the next one, which sections do not; `coming` None: they want none."""
    if coming is None:
        return [reader.say("digest.stands.off")]
    day = reader.say(f"digest.weekday.{choice.when.weekday}")
    said = reader.say("digest.stands.on", day=day, at=said_time(choice.when.minute), zone=member.zone)
    return [said, reader.say("digest.stands.next", at=coming[1]), *_left_out(choice.off, reader)]


def _left_out(off: Sequence[str], reader: Reader) -> list[str]:
    names = [reader.say(f"digest.section.{code}") for code in off]
    return [reader.say("digest.stands.without", sections=names)] if names else []
