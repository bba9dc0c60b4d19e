"""What guests bring to the application: invitations, the way back, partners' pages."""

from __future__ import annotations

from flask import Flask

from collab.access.queries import invitations as queries
from collab.access.registry import sharings
from collab.access.service import inviting, letters, returning, staying
from collab.access.slack import guests as cards
from collab.access.views import invitations, invitations_api, partners
from collab.kernel import reactions
from collab.kernel.permits import ANYBODY, permits, row
from collab.outbox.registry import MessageKind, add_kind
from collab.people.queries import guests
from collab.people.service import MemberLeft
from collab.subjects.registry import registry
from collab.web.admin import add_admin_page
from collab.web.api import register

NEVER = ("auditor", "partner")
_OURS, _WAITING = ["inviter", "admin"], ["open", "expired"]
PERMITS = [
    row("invitation.open", [ANYBODY]),
    row("guest.return", [ANYBODY]),
    row("partner.list", ["lead", "inviter", "admin", "auditor"], unless=["partner"]),
    row("invitation.send", ["lead", "admin"], unless=NEVER),
    row("invitation.list", ["lead", "inviter", "admin", "auditor"], unless=["partner"]),
    row("invitation.show", [*_OURS, "auditor"], unless=["partner"]),
    row("invitation.again", _OURS, _WAITING, unless=NEVER, why_not="not_your_guest"),
    row("invitation.revoke", _OURS, _WAITING, unless=NEVER, why_not="not_your_guest"),
    row("guest.show", [*_OURS, "auditor"], unless=["partner"]),
    row("guest.extend", _OURS, ["here"], unless=NEVER, why_not="not_your_guest"),
    row("guest.end", _OURS, ["here"], unless=NEVER, why_not="not_your_guest"),
    row("guest.link", _OURS, ["here"], unless=NEVER, why_not="not_your_guest"),
]
"""`inviter` sent the invitation. Whoever led a department then may still look after their guests."""


def install(app: Flask) -> None:
    """Attach it all."""
    permits.add(PERMITS)
    for part in (invitations.bp, partners.bp):
        app.register_blueprint(part)
    register(app, invitations_api.bp)
    returning.letters.write = letters.sign_in_link
    reactions.on(MemberLeft, _left)
    registry.add_inbox_source("access.guests", queries.inbox)
    add_kind(MessageKind(staying.ENDING, cards.ending, line=cards.line, asks=True, name="invitation.message.ending"))
    add_admin_page(
        "invitation.partners.title", queries.PAGE, "partner.list", about="invitation.partners.about", group="people"
    )


def _left(news: MemberLeft) -> None:
    inviting.revoke_of(news.member, now=news.at)
    if guests.find_guest(news.member) is not None:
        for sharing in sharings.values():
            sharing.end(news.member, news.at)
