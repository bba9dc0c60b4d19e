"""A letter as it travels: plain words and a simple page of the same, nothing fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from collab.mail.problems import MailBroken


@dataclass(frozen=True)
class Letter:
    """What is sent to whom. `delivery_id` names it for ever: sent twice, both carry the same Message-ID. `settings` is the
    page on which its reader ends such letters."""

    to: str
    subject: str
    text: str
    html: str
    delivery_id: str
    settings: str
    language: str = "en"


def written(letter: Letter, sender: str, now: datetime) -> bytes:
    """The letter in bytes, lines ended as SMTP wants them. Raises MailBroken: it is for no address a letter can go to."""
    made = EmailMessage(policy=SMTP)
    host = sender.rpartition("@")[2].rstrip(">")
    headers = {
        "From": sender, "To": letter.to, "Subject": letter.subject, "Date": format_datetime(now),
        "Message-ID": f"<{letter.delivery_id}@{host}>", "List-Unsubscribe": f"<{letter.settings}>",
        "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
    }  # fmt: skip
    try:
        for name, value in headers.items():
            made[name] = value
        made.set_content(letter.text)
        made.add_alternative(letter.html, subtype="html")
        made["Content-Language"] = letter.language  # last: setting the content drops what describes it
        return made.as_bytes()
    except (ValueError, MessageError, LookupError) as error:
        raise MailBroken("bad_letter", type(error).__name__) from error
