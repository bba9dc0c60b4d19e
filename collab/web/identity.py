"""Who is the current member: asked here, answered by people/, which fills in the loaders at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError

from collab.kernel.actor import Actor, Machine
from collab.kernel.errors import DomainError, NotAllowed, NotSignedIn
from collab.kernel.i18n import Reader, best_locale

LANGUAGE_COOKIE = "lang"
READS = "read"
"""The scope of a token that looks at whatever its owner may, and changes nothing."""
login_manager = LoginManager()
V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entered:
    """Who a session is, and when whoever sits there last proved it (None: never, as by a link in a letter)."""

    actor: Actor
    proved_at: datetime | None


@dataclass(frozen=True)
class Loaders:
    """How to find the member behind a session id or a bearer token; None when it is not (or no longer) valid."""

    by_session: Callable[[str], Entered | None]
    by_token: Callable[[str], Actor | None]


_subjects_of: dict[str, Callable[[Actor, str], bool]] = {}


def limit_scope(scope: str, may: Callable[[Actor, str], bool]) -> None:
    """What a token of a scope is about where it names no keys: `may(owner, key)`, told at start-up by the feature."""
    _subjects_of[scope] = may


def open_to_machines(scope: str) -> Callable[[V], V]:
    """Mark a view of the API with the scope whose tokens may call it; they may call nothing else. A view about one thing has
    its key in the path, and a token that names keys may call it for those."""

    def mark(view: V) -> V:
        view.scope = scope  # type: ignore[attr-defined]
        return view

    return mark


class SignedIn(UserMixin):
    """What flask-login keeps: the session's secret id, never the member's, so that revoking the row ends it."""

    def __init__(self, session_id: str, actor: Actor, proved_at: datetime | None = None) -> None:
        self.id = session_id
        self.actor = actor
        self.proved_at = proved_at


@login_manager.user_loader
def _load(session_id: str) -> SignedIn | None:
    entered = _loaders().by_session(session_id)
    return SignedIn(session_id, entered.actor, entered.proved_at) if entered else None


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
    """The member whose token the API request carries; a cookie counts for nothing there.

    Raises:
        NotSignedIn: there is no such token (any more).
        NotAllowed: it is a machine's, and this is not what it was made for.
        TooOften: this address has tried too many wrong tokens; one that is right still opens.
    """
    if "bearer" not in g:
        token = presented_token()
        actor = _loaders().by_token(token) if token else None
        if actor is None:
            if token:
                _count_wrong()
            raise NotSignedIn
        _within_scope(actor)
        g.bearer = actor
    found: Actor = g.bearer
    return found


def count_wrong_tokens(app: Flask, count: Callable[[], None]) -> None:
    """What a token that opens nothing costs whoever tried it: told at start-up by the limits."""
    app.extensions["web.wrong_token"] = count


def _count_wrong() -> None:
    """Once a request, however often it is asked who it is."""
    if "wrong_token" not in g:
        g.wrong_token = True
        current_app.extensions["web.wrong_token"]()


def presented_token() -> str:
    """The token of this request, in whatever way it is written; empty where it carries none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.isascii() else ""


def _within_scope(actor: Actor) -> None:
    """A token with a scope opens what is marked for it, about the keys it was made for: nothing is open by omission. One that
    reads is told so by the method: what a GET changes is nothing."""
    machine = actor.machine
    if machine is None or (machine.scope == READS and request.method in {"GET", "HEAD"}):
        return
    view = current_app.view_functions.get(request.endpoint or "")
    key = str((request.view_args or {}).get("key"))
    if getattr(view, "scope", None) != machine.scope or not _about(actor, machine, key):
        raise NotAllowed("token_scope", scope=machine.scope)


def _about(actor: Actor, machine: Machine, key: str) -> bool:
    if machine.limited_to is not None:
        return key in machine.limited_to
    return machine.scope in _subjects_of and _subjects_of[machine.scope](actor, key)


def is_api() -> bool:
    """Whether this request speaks JSON: the API, and the operators' status."""
    return request.path.startswith("/api/") or request.path == "/status"


def reader() -> Reader:
    """How whoever reads this answer reads: the member's habits, else the language cookie, else the browser's wish."""
    member = bearer() if is_api() and "Authorization" in request.headers else find_member()
    if member is not None:
        return Reader(member.locale, member.zone)
    return _stranger()


def language_cookie() -> str:
    """What it is called; where we are encrypted nobody but this host can set it."""
    return f"__Host-{LANGUAGE_COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else LANGUAGE_COOKIE


def _stranger() -> Reader:
    """How somebody reads of whom only the browser is known."""
    wanted = request.cookies.get(language_cookie()) or request.accept_languages.best_match(["ja", "en"], default="en")
    return Reader(best_locale(wanted))


def reader_or_default() -> Reader:
    """The reader, even when finding out who it is is what failed; asked once per request."""
    found: Reader | None = g.get("reader")
    if found is None:
        try:
            found = reader()
        except (DomainError, SQLAlchemyError):
            found = _stranger()
        g.reader = found
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
