"""Attaches dashboards to the application; lists learn to show the rows of their figures."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Flask

from collab.dashboards.messages import PAGES, label_of, names_now
from collab.dashboards.permits import PERMITS
from collab.dashboards.queries.selections import CODES, find_figure
from collab.dashboards.views import api, pages
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.permits import permits
from collab.subjects.selections import Selection, add_figure
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries."""
    permits.add(PERMITS)
    for board, kinds in CODES.items():
        for kind in kinds:
            add_figure(f"{board}.{kind}", partial(_select, f"{board}.{kind}"))
    register(app, api.bp)
    app.register_blueprint(pages.bp)


def _select(code: str, viewer: Actor, of: str, now: datetime) -> Selection:
    """What a figure counts now; nothing where it counts nothing any more."""
    back = PAGES[code.partition(".")[0]]
    found = find_figure(viewer, code, of, now)
    if found is None:
        return Selection(frozenset(), Text("dashboard.only.gone"), back)
    return Selection(frozenset(found.keys), label_of(found, names_now()), back)
