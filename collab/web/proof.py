"""Acts of consequence ask again who is there: a session left open on a desk must not create tokens or change controls.

    require_recent_proof(clock.now())     # first line of a view that posts such an act, or shows its form

Whoever signed in, or confirmed that it is they, within PROOF_LASTS goes on. Anybody else is led to `/sign-in?again=1` and
comes back to the page with the form: what was posted is never sent again for them. The API is exempt: a bearer token is
no browser left open.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from collab.kernel.errors import DomainError, NotSignedIn
from collab.web.identity import is_api

PROOF_LASTS = timedelta(minutes=15)
ADDRESS = "/sign-in"


class ProofNeeded(DomainError):
    """It is too long ago that whoever uses this browser proved to be who they are."""

    code, status = "proof_needed", 403

    @property
    def href(self) -> str:
        """Where they prove it, and from where they come back to the form."""
        return proof_address()


def require_recent_proof(now: datetime) -> None:
    """Go on only for whoever proved to be themselves within PROOF_LASTS. Raises NotSignedIn, ProofNeeded."""
    if not is_api() and not current_user.is_authenticated:
        raise NotSignedIn
    if not is_api() and not has_recent_proof(now):
        raise ProofNeeded


def has_recent_proof(now: datetime) -> bool:
    """Whether this browser's member signed in, or confirmed that it is they, within PROOF_LASTS."""
    proved_at = getattr(current_user, "proved_at", None)
    return proved_at is not None and now - proved_at <= PROOF_LASTS


def proof_address() -> str:
    """The page that asks again; it leads back to where the form of this request stands."""
    return f"{ADDRESS}?{urlencode({'again': '1', 'next': _form_address()})}"


def _form_address() -> str:
    """The page a form was posted from; what was posted itself is none where it can only be posted."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # half an address
        came_from = urlsplit("")
    if came_from.netloc == request.host and _is_page(came_from.path):
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return request.path if _is_page(request.path) else "/"


def _is_page(path: str) -> bool:
    if not path.startswith("/") or path.startswith("//"):
        return False
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True
