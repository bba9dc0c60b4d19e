"""Pages: which channels are connected, what each hears, changing and disconnecting one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.channels import messages, queries, service
from collab.channels.rules import DETAILS, KINDS, ChannelView
from collab.channels.schemas import given_of, read_form, settings_of
from collab.channels.service.connecting import Place
from collab.kernel import clock
from collab.kernel.errors import Invalid, NotFound
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

bp = Blueprint("channels", __name__, template_folder="../templates")
Answer = Response | tuple[str, int] | str


@bp.get("/channels")
@permit("channel.list")
def index() -> str:
    """Which are connected."""
    me, how = current_member(), reader()
    found = queries.list_channels(me)
    names = people.names_of(one.connected_by for one in found)
    rows = [
        {
            "channel": one, "whose": how.say(queries.whose(one.settings)), "lines": messages.lines(one, how),
            "by": how.name(names[one.connected_by]), "mine": queries.may(me, one.settings),
        }
        for one in found
    ]  # fmt: skip
    return render_template("channels/list.html", rows=rows)


@bp.get("/channels/<int:number>")
@permit("channel.settings")
def show(number: int) -> str:
    """What one hears."""
    found = _found(number)
    permits.check("channel.settings", queries.relations(current_member(), found.settings))
    return _page(found, {}, given_of(found.settings))


@bp.post("/channels/<int:number>")
@permit("channel.settings")
def change(number: int) -> Answer:
    """Change it."""
    me, found = current_member(), _found(number)
    permits.check("channel.settings", queries.relations(me, found.settings))
    typed: dict[str, Any] = {**request.form.to_dict(), "kinds": request.form.getlist("kinds")}
    try:
        wanted = settings_of(read_form(typed), found.settings)
        queries.check_choice(me, wanted)
        seen = request.form.get("version", type=int)
        service.connect(me, Place(found.team, found.channel, found.name), wanted, seen=seen, now=clock.now())
    except Invalid as refused:
        return _page(found, {path: reader().say(text) for path, text in refused.fields.items()}, typed), refused.status
    flash(reader().say("channel.page.saved"), "success")
    return redirect("/channels", 303)


@bp.post("/channels/<int:number>/disconnect")
@permit("channel.settings")
def disconnect(number: int) -> Answer:
    """Let it hear nothing any more."""
    service.disconnect(current_member(), _found(number), now=clock.now())
    flash(reader().say("channel.slack.disconnected"), "success")
    return redirect("/channels", 303)


def _found(number: int) -> ChannelView:
    found = queries.find_channel(number)
    if found is None or found.closed_at is not None:
        raise NotFound
    return found


def _page(found: ChannelView, errors: dict[str, str], typed: dict[str, Any]) -> str:
    how = reader()
    choices = [(value, how.say(queries.whose_value(value))) for value, _row in queries.choices_of(current_member())]
    return render_template(
        "channels/settings.html", channel=found, errors=errors, typed=typed, choices=choices, whose=how.say(queries.whose(found.settings)),
        kinds=[(code, how.say(f"channel.kinds.{code}")) for code in KINDS],
        details=[(code, how.say(f"channel.details.{code}")) for code in DETAILS],
        days=[(str(day), how.say(f"channel.weekday.{day}")) for day in range(7)],
        languages=[(code, how.say(f"channel.language.{code}")) for code in LOCALES],
    )  # fmt: skip
