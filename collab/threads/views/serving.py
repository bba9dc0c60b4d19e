"""Giving a file out so that nothing in it can act: it is saved, never opened by the page it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Response

from collab.threads.queries import File

V = TypeVar("V", bound=Callable[..., Any])
POLICY = {"default-src": "'none'", "frame-ancestors": "'none'", "sandbox": ""}
"""Should a browser open one after all: as in a frame that may do nothing, and load nothing."""


def sealed(view: V) -> V:
    """Let a view's answers carry the policy of files in place of that of pages."""
    view.talisman_view_options = {"content_security_policy": POLICY}  # type: ignore[attr-defined]
    return view


def answer(file: File, content: bytes, *, shown: bool = False) -> Response:
    """The bytes under their own kind and name. `shown` lets a picture be looked at; everything else is only ever saved."""
    response = Response(content, content_type=file.mime)
    response.headers["Content-Disposition"] = (
        f"{'inline' if shown and file.is_picture else 'attachment'}; {_named(file.name)}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _named(name: str) -> str:
    """The name in ASCII for the oldest readers, and as it is (RFC 5987, RFC 6266) for all others."""
    plain = "".join(sign if 32 <= ord(sign) < 127 and sign not in '"\\%;' else "_" for sign in name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
