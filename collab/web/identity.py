"""Who is the current member: asked here, answered by people/, which fills in the loaders at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError

from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, NotSignedIn
from collab.kernel.i18n import Reader, best_locale

LANGUAGE_COOKIE = "lang"
login_manager = LoginManager()


@dataclass(frozen=True)
class Loaders:
    """How to find the member behind a session id or a bearer token; None when it is not (or no longer) valid."""

    by_session: Callable[[str], Actor | None]
    by_token: Callable[[str], Actor | None]


class SignedIn(UserMixin):
    """What flask-login keeps: the session's secret id, never the member's, so that revoking the row ends it."""

    def __init__(self, session_id: str, actor: Actor) -> None:
        self.id = session_id
        self.actor = actor


@login_manager.user_loader
def _load(session_id: str) -> SignedIn | None:
    actor = _loaders().by_session(session_id)
    return SignedIn(session_id, actor) if actor else None


def find_member() -> Actor | None:
    """The member signed in to these pages, None for a stranger."""
    return current_user.actor if current_user.is_authenticated else None


def current_member() -> Actor:
    """The member signed in to these pages. Raises NotSignedIn."""
    member = find_member()
    if member is None:
        raise NotSignedIn
    return member


def bearer() -> Actor:
    """The member whose token the API request carries; a cookie counts for nothing there. Raises NotSignedIn."""
    if "bearer" not in g:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        actor = _loaders().by_token(token.strip()) if scheme.lower() == "bearer" and token.isascii() else None
        if actor is None:
            raise NotSignedIn
        g.bearer = actor
    found: Actor = g.bearer
    return found


def is_api() -> bool:
    """Whether this request speaks JSON: the API, and the operators' status."""
    return request.path.startswith("/api/") or request.path == "/status"


def reader() -> Reader:
    """How whoever reads this answer reads: the member's habits, else the language cookie, else the browser's wish."""
    member = bearer() if is_api() and "Authorization" in request.headers else find_member()
    if member is not None:
        return Reader(member.locale, member.zone)
    return _stranger()


def _stranger() -> Reader:
    """How somebody reads of whom only the browser is known."""
    wanted = request.cookies.get(LANGUAGE_COOKIE) or request.accept_languages.best_match(["ja", "en"], default="en")
    return Reader(best_locale(wanted))


def reader_or_default() -> Reader:
    """The reader, even when finding out who it is is what failed; asked once per request."""
    if "reader" not in g:
        try:
            g.reader = reader()
        except (DomainError, SQLAlchemyError):
            g.reader = _stranger()
    found: Reader = g.reader
    return found


def member_or_none() -> Actor | None:
    """The member signed in to these pages; None also while the database cannot say."""
    try:
        return find_member()
    except SQLAlchemyError:
        return None


def _loaders() -> Loaders:
    found: Loaders = current_app.extensions["web.identity"]
    return found
