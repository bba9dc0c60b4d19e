"""The message that carries an issue."""

from __future__ import annotations

from collab.outbox.service import Note

KIND, SUBJECT = "digest.issue", "digest"


def note(issue: int, week: str, *, member: int, again: str = "", asked: bool = False) -> Note:
    """To a member; `again` names one that is said once more. `asked`: somebody wants it said, whatever came after it."""
    key = f"{SUBJECT}:{member}:{week}{f':{again}' if again else ''}"
    args = {"issue": issue, "week": week, **({"asked": True} if asked or again else {})}
    return Note(KIND, SUBJECT, key, member=member, args=args)


def channel_note(issue: int, week: str, *, row: int, channel: str) -> Note:
    """To a connected channel: `row` of ours, `channel` as Slack calls it."""
    return Note(KIND, SUBJECT, f"{SUBJECT}:channel:{row}:{week}", channel=channel, args={"issue": issue, "week": week})
