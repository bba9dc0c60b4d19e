"""What calendars offer the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask

from collab.calendars import rules, service
from collab.calendars.permits import PERMITS
from collab.calendars.registry import users_of
from collab.calendars.schemas import VersionIn
from collab.calendars.views import api, pages
from collab.controls.registry import Around, Control, registry
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.web.admin import add_admin_page
from collab.web.api import register


def install(app: Flask) -> None:
    """Attach the pages and the API; a new version is a change of a control."""
    permits.add(PERMITS)
    registry.add(
        Control(
            pages.VERSION, VersionIn, service.check_version, service.take_version, _title, _describe, effects=_effects
        )
    )  # fmt: skip
    add_admin_page(
        "calendar.page.list", "/admin/calendars", "calendar.administer", about="calendar.page.list_lead", group="rules"
    )
    register(app, api.bp)
    app.register_blueprint(pages.bp)


def _title(fields: Mapping[str, Any]) -> Text:
    return Text("control.title.calendar_version", {"code": rules.read(fields["text"])[1].code})


def _describe(before: Mapping[str, Any], after: Mapping[str, Any], how: Reader) -> Sequence[tuple[str, str, str]]:
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return [(how.say(f"control.fact.{name}"), before.get(name) or "", after.get(name) or "") for name in names]


def _effects(fields: Mapping[str, Any], _around: Around) -> Sequence[Text]:
    users = users_of(rules.read(fields["text"])[1].code)
    if not users:
        return ()
    return (
        Text("control.effect.calendar_sites", {"sites": [one.site for one in users]}),
        Text("control.effect.calendar_members", {"n": sum(one.members for one in users)}),
    )
