"""The mail door: what asks somebody to act goes by letter where Slack does not reach them, or where they chose mail.

One way for each message, never both. It says what the Slack message says, by the same renderer, with one link and nothing to
press: nothing is decided from a letter. The same row of the outbox stands behind it, so it is said at least once, bundled, kept
back in quiet time and dropped when it is done meanwhile, as anything else. A letter that may have been taken is sent again
under the same Message-ID, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.mail.client import configured, mailer
from collab.mail.letter import Letter
from collab.mail.page import written_page
from collab.mail.problems import MailAmbiguous, MailBroken, MailLater, MailProblem
from collab.outbox import messages, queries
from collab.outbox.registry import BUNDLE, Rendered, doors, kinds
from collab.outbox.rules import plain
from collab.outbox.service import cards
from collab.outbox.service.holding import Held
from collab.slack import identity
from collab.slack.client import Posted, transport
from collab.slack.problems import Later, SlackProblem, TargetBroken, Uncertain
from collab.slack.wording import one_line
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow, Summary

MAIL, SETTINGS, INBOX = "mail", "/me/notifications", "/"
BUSY, SHUT, GIVES_UP = 60, 600, timedelta(days=1)
"""Seconds until a busy server is asked again, and one that wants nothing of ours; and when a letter is given up."""
LONGEST_TITLE = 80
_COLLEAGUE = Actor(id=0, email="", name_en="", name_ja="")
"""A member with no part in anything: what they may read is no secret within the company."""


def is_preferred(row: AnyRow) -> bool:
    """Whether mail is where this goes although Slack may reach its recipient: they chose so, and it asks them to act (or knows
    its own way by mail)."""
    if row.member_id is None or not configured() or not doors.by_mail(row.member_id):
        return False
    return asks(row) or kinds[row.kind].unreached is not None


def asks(row: AnyRow) -> bool:
    """Whether a message, or anything in a bundle, asks its reader to act."""
    if row.kind != BUNDLE:
        return kinds[row.kind].is_must_act
    return any(kinds[part.kind].is_must_act for part in queries.list_parts(row.id) if part.kind in kinds)


def is_the_way(row: AnyRow, account: str | None) -> bool:
    """Whether mail is the way to a recipient whom Slack does not reach. News stays on the web then, and nobody need mend anything.
    Without Slack the preview shows everything, and what asks goes by mail."""
    if row.member_id is None or not configured() or kinds[row.kind].unreached is not None:
        return False
    return not account or (transport().name == "console" and asks(row))


def was_mailed(row: AnyRow) -> bool:
    """Whether the last call for a message was to the mail server."""
    return isinstance(row.payload, Mapping) and bool(row.payload.get(MAIL))


@dataclass(frozen=True)
class Mailing:
    """A letter to one member, as something to be called for like a post. What it says is not kept: the page says it."""

    letter: Letter
    row: AnyRow
    now: datetime
    method: str = MAIL

    @property
    def channel(self) -> str:
        """The address."""
        return self.letter.to

    @property
    def payload(self) -> Mapping[str, Any]:
        """What is kept with the attempt: that it was a letter, and its subject line."""
        return {"text": self.letter.subject, MAIL: True}

    def make(self) -> Posted:
        """Hand it over. Raises SlackProblem, by what it means for the message."""
        server = mailer()
        if server is None:
            raise TargetBroken("mail_refused", method=MAIL)
        try:
            server.send(self.letter, self.now)
        except MailProblem as problem:
            raise self._meant(problem) from problem
        return Posted(self.letter.to, "")

    def _meant(self, problem: MailProblem) -> SlackProblem:
        if isinstance(problem, MailAmbiguous):
            return Uncertain("mail_answer_lost", method=MAIL)
        ours = isinstance(problem, MailBroken) and problem.everybody
        if self.now - self.row.created_at > GIVES_UP or not (ours or isinstance(problem, MailLater)):
            return TargetBroken("mail_refused", method=MAIL)
        return Later("mail_shut" if ours else "mail_busy", method=MAIL, retry_after=SHUT if ours else BUSY)

    def remember(self, held: Held, _posted: Posted, now: datetime) -> None:
        """It arrived; there is no card to keep true."""
        cards.tell_arrival(held.row, now)

    def came_late(self, held: Held, now: datetime) -> None:
        """Whoever took over sends it again under the same Message-ID."""


def mailing(row: AnyRow, recipient: Actor, reader: Reader, rendered: Rendered, now: datetime) -> Mailing:
    """The letter of a message that was just rendered for its reader."""
    about = About() if row.kind == BUNDLE else _about(row, recipient, now)
    title = _title(row, about, rendered, reader)
    head = [_asked(about, reader), reader.say("outbox.letter.until", at=about.due_at) if about.due_at else ""]
    said = [line for line in (*head, *plain.lines_of(rendered.blocks)) if line]
    lines = list(dict.fromkeys(said or [rendered.text]))
    link = (
        reader.say("outbox.letter.open", key=about.key) if about.key else reader.say("outbox.bundle.inbox"),
        identity.address(about.path),
    )
    last = reader.say("outbox.letter.only_there")
    text = "\n".join([*lines, "", f"{link[0]}:", link[1], "", last])
    letter = Letter(
        to=recipient.email, subject=title, text=f"{text}\n", html=str(written_page(title, lines, link, [last], reader.locale)),
        delivery_id=row.delivery_id, settings=identity.address(SETTINGS), language=reader.locale,
    )  # fmt: skip
    return Mailing(letter, row, now)


@dataclass(frozen=True)
class About:
    """What is asked, about what, until when, where; `told` is the title, where everybody in the company may read it."""

    key: str = ""
    ask: Text | None = None
    title: str = ""
    path: str = INBOX
    due_at: datetime | None = None
    told: str = ""


def _about(row: AnyRow, recipient: Actor, now: datetime) -> About:
    """From the recipient's own inbox, else from what they may see of the subject."""
    waits = next((one for one in subjects.inbox(recipient, now) if one.key == row.subject_key), None)
    seen = waits or _summary(recipient, row.subject_key)
    if seen is None:
        return About()
    told = _summary(_COLLEAGUE, row.subject_key)
    ask, due_at = (waits.ask, waits.due_at) if isinstance(waits, InboxRow) else (None, None)
    return About(seen.key, ask, seen.title, seen.path, due_at, told.title if told else "")


def _summary(viewer: Actor, key: str) -> Summary | None:
    return subjects.list_summaries(viewer, [key]).get(key)


def _title(row: AnyRow, about: About, rendered: Rendered, reader: Reader) -> str:
    """The subject line: it stands on lock screens and in other people's sight, so no title that is not everybody's."""
    if row.kind == BUNDLE:
        return one_line(plain.words_of(rendered.text))
    ask = reader.say(about.ask) if about.ask else reader.say(messages.named(row.kind))
    told = f" {one_line(about.told)[:LONGEST_TITLE]}" if about.told else ""
    until = f" · {reader.say('outbox.letter.until', at=about.due_at)}" if about.due_at else ""
    return f"{ask}: {about.key}{told}{until}" if about.key else ask


def _asked(about: About, reader: Reader) -> str:
    if not about.ask:
        return ""
    return f"{reader.say(about.ask)}: {about.key} {one_line(about.title)}".rstrip()
