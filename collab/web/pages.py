"""What every page gets: words, the reader, the member, security headers, safe ways back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import js_lib_htmx
from flask import Flask, Response, current_app, g, redirect, request, send_from_directory, session, url_for
from flask_compress import Compress
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map, Rule

from collab.kernel import clock, i18n, reading
from collab.kernel.actor import Actor
from collab.kernel.errors import NotAllowed, Text
from collab.kernel.i18n import Reader
from collab.kernel.keys import LARGEST_NUMBER
from collab.kernel.units import joined
from collab.web.identity import is_api, member_or_none, reader_or_default

csrf = CSRFProtect()
HTMX = Path(js_lib_htmx.__file__).parent / "static" / "htmx"
MOST_BYTES = 6 * 1024 * 1024
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "script-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'", "manifest-src": "'self'",
    "object-src": "'none'",
}  # fmt: skip
YEAR = 31_536_000


def install(app: Flask, *, https: bool) -> None:
    """Attach everything pages share."""
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024, MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="__Host-collab" if https else "collab", SESSION_COOKIE_SECURE=https, SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax", WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=https,
        COMPRESS_LEVEL=4, COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
        SEND_FILE_MAX_AGE_DEFAULT=YEAR, TEMPLATES_AUTO_RELOAD=False,
    )  # fmt: skip
    app.url_map.converters["int"] = Number
    app.url_rule_class = LateRule
    if https:
        app.before_request(_encrypted_calls_only)
    csrf.init_app(app)
    Compress(app)
    app.before_request(_readable)
    app.before_request(_only_reads)
    Talisman(
        app, force_https=https, strict_transport_security=https, session_cookie_secure=https, content_security_policy=POLICY,
        content_security_policy_nonce_in=[], referrer_policy="same-origin", frame_options="DENY",
    )  # fmt: skip
    app.after_request(_private)
    app.after_request(_at_home)
    app.context_processor(_shared)
    app.jinja_env.filters.update(said=_said, who=_who, with_unit=joined)
    app.jinja_env.globals.update(asset=asset, t=_say, takes_focus=_takes_focus)
    app.add_url_rule("/static/htmx/<path:name>", "htmx", _htmx)


class LateRule(Rule):
    """A rule that learns how to build its address when it is first asked for one: a start compiles none of five hundred."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 (the library's)
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


class Number(IntegerConverter):
    """`<int:...>` in an address, as far as the database can count; beyond that nothing is there."""

    def __init__(self, urls: Map, *args: Any, **options: Any) -> None:
        super().__init__(urls, *args, **{"max": LARGEST_NUMBER, **options})


def asset(name: str) -> str:
    """The address of a static file, changing with its content so that browsers may keep it a year."""
    return url_for("static", filename=name, v=_stamp(name))


@cache
def _stamp(name: str) -> int:
    """When a file was changed, as far as this process knows: it is looked up once."""
    file = Path(__file__).parent / "static" / name
    return int(file.stat().st_mtime) if file.exists() else 0


def way_back(default: str) -> str:
    """Where a form wants to return to, only within these pages: an address of another site counts as none."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    plain = wanted.isprintable() and "\\" not in wanted
    local = plain and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if local else default


def inbox_counter(count: Callable[[Actor], int]) -> None:
    """Let a feature above say how many things wait for a member (the number in every page's header)."""
    _counters["inbox"] = count


_counters: dict[str, Callable[[Actor], int]] = {}


@dataclass(frozen=True)
class Banner:
    """One line at the top of every page: what is wrong, and the page where something can be done about it."""

    said: Text
    href: str
    link: Text
    tone: str = "warn"


def add_banner(say: Callable[[Actor], Banner | None]) -> None:
    """Let a feature above say something to a member on every page. It is asked each time, so it must be cheap."""
    _banners[say.__module__] = say


_banners: dict[str, Callable[[Actor], Banner | None]] = {}


def _list_banners() -> list[Banner]:
    """None while nobody is signed in, or the database cannot say."""
    member = member_or_none()
    if member is None:
        return []
    try:
        return [found for say in _banners.values() if (found := say(member)) is not None]
    except SQLAlchemyError:
        return []


def _encrypted_calls_only() -> None:
    """A program that calls without TLS is told so instead of being led on: its token has just been read by others. Raises
    NotAllowed."""
    if is_api() and not request.is_secure and request.headers.get("X-Forwarded-Proto") != "https":
        raise NotAllowed("not_encrypted")


def _readable() -> None:
    """An address whose host nobody can read is refused before anything leans on it."""
    try:
        urlsplit(request.url)
    except ValueError:
        raise BadRequest from None


def _only_reads() -> None:
    """A request that changes nothing asks the database each thing once."""
    if request.method in {"GET", "HEAD"}:
        reading.begin()


def _private(response: Response) -> Response:
    """What is not said to be kept is kept by nobody between us and its reader, and asked for again each time; a page of somebody
    signed in is not kept at all."""
    response.headers.setdefault(
        "Cache-Control", "private, no-store" if _is_somebodys_page(response) else "private, no-cache"
    )
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    return response


def _is_somebodys_page(response: Response) -> bool:
    """What a member reads in a browser: it stays on no disk, for the next one at this machine."""
    return response.mimetype == "text/html" and "_user_id" in session


def _at_home(response: Response) -> Response:
    """No answer leads to another host: the whole addresses that are made of the `Host` a caller names (to https, of doubled
    slashes) begin with our own instead."""
    home = urlsplit(current_app.extensions["settings"].base_url)
    try:
        parts = urlsplit(response.location or "")
    except ValueError:  # made of half a host
        parts = urlsplit("//nowhere/")
    if (parts.scheme or parts.netloc) and parts[:2] != home[:2]:
        ours = parts._replace(scheme=home.scheme, netloc=home.netloc, path=f"/{parts.path.lstrip('/')}")
        plain = redirect(ours.geturl(), response.status_code)
        response.location = plain.location
        response.set_data(plain.get_data())
    return response


def _shared() -> dict[str, Any]:
    how = reader_or_default()
    return {
        "locale": how.locale, "reader": how, "me": member_or_none(), "now": clock.now(), "inbox_count": _inbox_count, "banners": _list_banners, "demo": current_app.extensions["settings"].demo,
        "languages": i18n.LOCALES, "Text": Text,
    }  # fmt: skip


def _say(key: str, /, **args: Any) -> str:
    """The words for a key, in the reader's language; a global, because macros are imported without context."""
    return reader_or_default().say(key, **args)


def know_inbox_count(count: int) -> None:
    """A page that has read the inbox says how much waits, so that its header need not ask again."""
    g.inbox_count = count


def _takes_focus() -> bool:
    """Whether what asks now has the focus when the page is shown: the first that asks, for a page has one such place."""
    if "focus_taken" in g:
        return False
    g.focus_taken = True
    return True


def _inbox_count() -> int:
    """Asked at most once per page."""
    member = member_or_none()
    if member is None or "inbox" not in _counters:
        return 0
    if "inbox_count" not in g:
        try:
            g.inbox_count = _counters["inbox"](member)
        except SQLAlchemyError:  # a page that says so must not fail itself
            g.inbox_count = 0
    return int(g.inbox_count)


def _said(value: Any) -> str:
    """Any value in the reader's words: money, moments, days, Text, members."""
    return "" if value is None else reader_or_default().show(value)


def _who(actor: Actor | None, how: Reader | None = None) -> str:
    return actor.name((how or reader_or_default()).locale) if actor else ""


def _htmx(name: str) -> Response:
    return send_from_directory(HTMX, name, max_age=YEAR)


_htmx.permit = "web.static"  # type: ignore[attr-defined]
