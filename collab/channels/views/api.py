"""The API of shared channels: which are connected, connect or change one, disconnect it."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, jsonify

from collab.channels import queries, service
from collab.channels.schemas import ChannelIn, ChannelOut, settings_of, shown
from collab.channels.service.connecting import Place
from collab.kernel import clock
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack.lookup import our_team
from collab.web.api import blueprint, repeatable, seen_version, tagged
from collab.web.identity import bearer, reader

bp = blueprint("channels", "Slack channels that belong to a department, or to the leaders together")
CONSOLE = "console"
CHANNEL = re.compile(r"[CG][A-Za-z0-9-]{0,39}")
"""How Slack names a channel: somebody's direct messages and a conversation of several are none."""


@bp.get("/channels")
@bp.response(200, ChannelOut(many=True))
@permit("channel.list")
def index() -> Response:
    """Every connected channel."""
    found = queries.list_channels(bearer())
    return jsonify([shown(one, people.email_of(one.connected_by)) for one in found])


@bp.get("/channels/<channel>")
@bp.response(200, ChannelOut)
@permit("channel.list")
def show(channel: str) -> Response:
    """One connected channel, by Slack's id."""
    permits.check("channel.list", bearer().roles)
    return _one(queries.get_open(channel))


@bp.put("/channels/<channel>")
@bp.arguments(ChannelIn)
@bp.response(200, ChannelOut)
@permit("channel.settings")
@repeatable
def connect(given: dict[str, Any], channel: str) -> Response:
    """Connect a channel, or change what it hears; `If-Match` guards against who changed it meanwhile."""
    me, seen = bearer(), seen_version()
    permits.check("channel.open", me.roles)
    if not CHANNEL.fullmatch(channel):
        raise Invalid({"channel": Text("field.invalid")})
    team = our_team() or CONSOLE
    found = queries.find_open(team, channel)
    wanted = settings_of(given, found.settings if found else queries.fresh(me, reader()))
    queries.check_choice(me, wanted)
    name = found.name if found else given.get("name") or channel
    return _one(service.connect(me, Place(team, channel, name), wanted, seen=seen, now=clock.now()))


@bp.delete("/channels/<channel>")
@bp.response(204)
@permit("channel.settings")
@repeatable
def disconnect(channel: str) -> Response:
    """Disconnect a channel; its cards stay as they are."""
    me, seen = bearer(), seen_version()
    permits.check("channel.open", me.roles)
    service.disconnect(me, queries.get_open(channel), seen=seen, now=clock.now())
    return Response(status=204)


def _one(channel: Any) -> Response:
    return tagged(jsonify(shown(channel, people.email_of(channel.connected_by))), str(channel.version))
