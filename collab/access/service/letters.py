"""The letters that let somebody in: plain words and the same as a simple page, with one link and no secret besides it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from collab.access.queries import invitations as queries
from collab.access.queries.invitations import InvitationView
from collab.access.service import inviting
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.i18n import Reader
from collab.mail.client import mailer
from collab.mail.letter import Letter
from collab.mail.page import written_page
from collab.mail.problems import MailProblem
from collab.people import queries as people
from collab.people.queries.actors import fingerprint
from collab.slack.identity import address
from collab.subjects.registry import Summary

log = structlog.get_logger(__name__)
SETTINGS = "/me/notifications"


def invitation_address(code: str) -> str:
    """Where an invitation opens."""
    return address(f"/invitations/{code}")


def link_address(code: str) -> str:
    """Where a guest who comes back signs in."""
    return address(f"/sign-in/link/{code}")


def send(actor: Actor, sent: inviting.Sent, *, now: datetime) -> str:
    """Mail an invitation that was just written, after its transaction. Returns the link to be passed on by hand where the letter
    is not known to have arrived; empty where the mail server took it."""
    server, found = mailer(), queries.get_invitation(actor, sent.id, now)
    if server is None:
        return invitation_address(sent.code)
    inviter = people.get_actor(found.inviter, now)
    letter = invitation(found, inviter, queries.list_promised(found, now), sent.code, turn=f"{now:%Y%m%d%H%M%S%f}")
    try:
        server.send(letter, now)
    except MailProblem as problem:
        log.warning("access.invitation_not_mailed", invitation=sent.id, error=problem.error)
        return invitation_address(sent.code)
    inviting.mailed(sent.id, now=now)
    return ""


def invitation(found: InvitationView, inviter: Actor, promised: Sequence[Summary], code: str, *, turn: str) -> Letter:
    """Who invites, where to, until when; what is behind it stands on the page."""
    how = Reader(found.locale, company().zone)
    said = {"inviter": inviter, "company": company()}
    lines = [
        how.say("invitation.letter.hello", name=found.name),
        how.say("invitation.letter.asks", **said),
        how.say("invitation.letter.until", day=found.until_on),
        how.say("invitation.letter.sees", n=len(promised)) if promised else "",
        how.say("invitation.letter.once", at=found.expires_at),
    ]
    title, label = how.say("invitation.letter.subject", **said), how.say("invitation.letter.open")
    return _letter(
        found.email, title, lines, (label, invitation_address(code)), how, f"invitation.{found.id}.{turn}",
        how.say("invitation.letter.unasked"),
    )  # fmt: skip


def sign_in_link(guest: Actor, code: str) -> Letter:
    """The way back."""
    how = Reader(guest.locale, guest.zone)
    lines = [how.say("invitation.letter.hello", name=guest.name(guest.locale)), how.say("invitation.letter.back")]
    title, label = how.say("invitation.letter.back_subject"), how.say("invitation.letter.back_open")
    return _letter(
        guest.email,
        title,
        lines,
        (label, link_address(code)),
        how,
        f"sign-in.{fingerprint(code)[:24]}",
        how.say("invitation.letter.back_unasked"),
    )


def _letter(
    to: str, title: str, lines: Sequence[str], link: tuple[str, str], how: Reader, delivery_id: str, last: str
) -> Letter:
    said = [line for line in lines if line]
    text = "\n\n".join([*said, f"{link[0]}:\n{link[1]}", last])
    return Letter(
        to=to, subject=title, text=f"{text}\n", html=str(written_page(title, said, link, [last], how.locale)),
        delivery_id=delivery_id, settings=address(SETTINGS), language=how.locale,
    )  # fmt: skip
