"""An issue as its reader gets it: looked at once more for what they may see, then put into their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.channels import queries as channels
from collab.digests.messages import mail
from collab.digests.messages.issue import Address, Frame, Shown, shown
from collab.digests.queries import Edition
from collab.digests.queries.showing import readable
from collab.digests.rules.needs import Needs
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.mail.letter import Letter
from collab.people import queries as people
from collab.slack import identity


@dataclass(frozen=True)
class Read:
    """An issue in words, and how many things its reader may not see any more."""

    issue: Shown
    left_out: int


def own(
    edition: Edition, needs: Needs, reader: Actor, how: Reader, now: datetime, *, address: Address, silent: bool = True
) -> Read:
    """A member's own issue; what is paused or muted since is left out, too, unless it is read again on purpose."""
    found = readable(edition.content, needs, reader, silent=silent)
    frame = Frame(edition.week, how, now, address, f"/digests/{edition.week}", first_said_at=edition.said_at)
    return Read(shown(found.content, found.needs, frame), found.left_out)


def of_channel(edition: Edition, viewer: Actor, how: Reader, now: datetime, *, address: Address) -> Read:
    """A channel's issue; the same for all who read it, without what not everybody may see any more."""
    found = readable(edition.content, None, viewer, silent=False)
    path = f"/digests/channels/{edition.channel_id}/{edition.week}"
    frame = Frame(edition.week, how, now, address, path, channel=channel_name(edition.channel_id or 0, how))
    return Read(shown(found.content, None, frame), found.left_out)


def channel_name(number: int, how: Reader) -> str:
    """Whose channel it is: its department, or both leaders."""
    channel = channels.find_channel(number)
    code = channel.settings.department if channel else None
    found = [row for row in people.list_departments() if row.code == code]
    return how.name(found[0]) if found else how.say("digest.leaders")


def write_letter(edition: Edition, needs: Needs, member: Actor, now: datetime) -> Letter | None:
    """A member's issue as a letter; None: nothing is left to say. Sent twice, it names itself the same."""
    how = Reader(member.locale, member.zone)
    issue = own(edition, needs, member, how, now, address=identity.address).issue
    if issue.is_empty:
        return None
    return mail.letter(issue, how, to=member.email, delivery_id=f"digest.{edition.week}.{edition.id}")
