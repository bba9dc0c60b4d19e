"""Attaches the trail's pages and API, and says through which surface somebody speaks."""

from __future__ import annotations

from flask import Flask, has_request_context, request

from collab.audit.permits import PERMITS
from collab.audit.registry import API, SLACK, SYSTEM, WEB, registry
from collab.audit.views import api, meanwhile, pages
from collab.kernel.permits import permits
from collab.kernel.surface import surface_now
from collab.web.admin import add_admin_page
from collab.web.api import register
from collab.web.identity import is_api
from collab.web.meanwhile import know_deeds


def install(app: Flask) -> None:
    """Attach the edges."""
    permits.add(PERMITS)
    registry.know_surface(_surface)
    know_deeds(meanwhile.deeds)
    app.register_blueprint(pages.bp)
    add_admin_page("audit.page.title", "/admin/audit", "audit.read", about="audit.page.about_page")
    register(app, api.bp)


def _surface(somebody: bool) -> str | None:  # noqa: FBT001 - the registry asks for it
    """Where nobody asked, the system acts; a person whose way in is not known (a command on the server) came by none of these."""
    through = surface_now()
    if through == SLACK or (has_request_context() and request.path.startswith("/slack/")):
        return SLACK
    if has_request_context():
        return API if is_api() else WEB
    return None if somebody else SYSTEM
