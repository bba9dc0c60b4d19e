"""The pages of administrators about people, as they are made known."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from collab.calendars.registry import User, know_users
from collab.kernel.actor import Actor
from collab.people import queries
from collab.people.queries import administering
from collab.people.views import admin, admin_api
from collab.web.admin import add_admin_page
from collab.web.api import register

PAGES = ("members", "departments", "offices", "delegations", "sites")


def install(app: Flask) -> None:
    """Attach them."""
    know_users(_users)
    for part in admin.PARTS:
        app.register_blueprint(part.bp)
    register(app, admin_api.bp)
    for name in PAGES:
        add_admin_page(
            f"people.admin.{name}",
            f"/admin/{name}",
            "people.administer",
            about=f"people.admin.{name}_about",
            group="people",
        )
    add_admin_page(
        "people.unlinked.title", "/people/slack", "access.unlinked", _strangers, about="people.admin.slack_about", group="slack"
    )  # fmt: skip
    add_admin_page(
        "people.page.import", "/imports", "people.import", about="people.admin.imports_about", group="people"
    )


def _users(code: str) -> list[User]:
    return [User(row, row.members) for row in administering.list_sites() if row.calendar == code]


def _strangers(_member: Actor, _now: datetime) -> int:
    return queries.count_strangers()
