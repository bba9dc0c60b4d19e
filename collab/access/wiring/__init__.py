"""Attaches access to the application: who a request is from, the ways in, what members see of their own access; in rooms of their
own what `guests` and `reviewing` bring."""

from __future__ import annotations

from flask import Flask

from collab.access.permits import PERMITS
from collab.access.service import ending, tokens
from collab.access.slack import tokens as token_words
from collab.access.views import api, carrying, entering, mine, sign_in
from collab.access.views import ending as ending_pages
from collab.access.wiring import guests, reviewing
from collab.kernel import reactions
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people.service import MemberLeft
from collab.web import identity
from collab.web.api import register


def install(app: Flask) -> None:
    """Fill the loaders and attach the pages."""
    permits.add(PERMITS)
    app.extensions["web.identity"] = identity.Loaders(by_session=carrying.by_session, by_token=carrying.by_token)
    reactions.on(MemberLeft, ending.leave)
    register(app, api.bp)
    for part in (entering.bp, sign_in.bp, mine.bp, ending_pages.bp):
        app.register_blueprint(part)
    add_kind(
        MessageKind(tokens.EXPIRING, token_words.rendered, line=token_words.line, name="access.message.expiring")
    )  # fmt: skip
    guests.install(app)
    reviewing.install(app)
