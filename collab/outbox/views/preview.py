"""`/slack/preview`: what each member sees in Slack, like a mail catcher; with the sample company, a Slack to play with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, current_app, render_template, request
from itsdangerous import BadData, URLSafeSerializer

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import NotAllowed, NotFound, NotSignedIn
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox import queries, service
from collab.outbox.registry import owners
from collab.outbox.screen import Screen, elements, home_of, press, submit, type_line
from collab.slack import identity
from collab.slack.client import transport
from collab.slack.mrkdwn import to_html
from collab.slack.screens import HOME
from collab.web.identity import find_member, reader

bp = Blueprint("preview", __name__, url_prefix="/slack/preview", template_folder="../templates")
MOST_SHOWN, ROUNDS = 30, 5


@bp.get("")
@permit("outbox.preview")
def show() -> str:
    """Somebody's messages, the newest first."""
    _check()
    return _page(_chosen(request.args.get("member", "")), Screen(), on_home=request.args.get("tab") == HOME)


@bp.post("")
@permit("outbox.preview")
def act() -> str:
    """Type a command, press a button, send a modal as a sample member."""
    _check()
    if not _playable():
        raise NotAllowed
    member = _chosen(request.form.get("member", ""))
    if member is None:
        raise NotFound
    screen = _acted(member)
    for _round in range(ROUNDS):
        if not service.drain(now=clock.now()):
            break
    return _page(member, screen, on_home=request.form.get("tab") == HOME)


def _acted(member: Actor) -> Screen:
    if "line" in request.form:
        return type_line(member.email, request.form["line"].removeprefix("/collab").strip(), _channel(request.form))
    surface = _unsigned(request.form.get("surface", ""))
    entered = _entered(surface)
    if "press" not in request.form:
        return submit(member.email, surface, entered)
    try:
        return press(member.email, surface, request.form["press"], entered)
    except (KeyError, ValueError):
        raise NotFound from None


def _channel(sent: Mapping[str, str]) -> tuple[str, str] | None:
    """The connected channel that is looked at, if it is one."""
    return next((one for one in owners.names() if one[0] == sent.get("channel")), None)


def _entered(surface: Any) -> dict[str, Any]:
    """What the form held, by block id; what stands in no block of its own, by action id."""
    held: dict[str, Any] = {}
    for block in surface["blocks"]:
        for element in elements(block):
            name = block["block_id"] if block["type"] == "input" else element["action_id"]
            several = element["type"] == "checkboxes"
            held[name] = request.form.getlist(name) if several else request.form.get(name, "").replace("\r\n", "\n")
    return held


def _page(member: Actor | None, screen: Screen, *, on_home: bool) -> str:
    channel = _channel(request.values)
    channels = owners.names() if _playable() else ()
    found = queries.list_in_channel(channel[0], limit=MOST_SHOWN) if channel else None
    return render_template(
        "outbox/preview.html", channel=channel, channels=channels, choices=_choices(), member=member, screen=screen, playable=_playable(), on_home=on_home,
        home=home_of(member.email, clock.now()) if member and on_home and _playable() else None,
        standing=found if found is not None else queries.list_standing(member.id, limit=MOST_SHOWN) if member else [],
        coming=queries.count_coming(member.id) if member and not channel else 0, sign=_sign,
        mrkdwn=lambda text: to_html(_named(text, channels)),
        real_slack=transport().name != "console", theirs=Reader(member.locale, member.zone) if member else reader(),
    )  # fmt: skip


def _named(text: str, channels: Iterable[tuple[str, str]]) -> str:
    """Channels by name, as Slack shows them."""
    for number, name in channels:
        text = text.replace(f"<#{number}>", f"#{name}")
    return text


def _choices() -> list[tuple[str, str]]:
    """Whose screens there are."""
    how = reader()
    return [
        (actor.email, f"{actor.name(how.locale)} · {actor.email}") for actor in identity.everybody() if actor.active
    ]


def _chosen(email: str) -> Actor | None:
    """The member whose screen it is: the one named, else oneself."""
    if not email:
        return find_member()
    found = {actor.email: actor for actor in identity.everybody()}.get(
        email if "@" in email else f"{email}@example.com"
    )
    if found is None:
        raise NotFound
    return found


def _check() -> None:
    """Everybody in the sample company; elsewhere admins, to see what is said while there is no Slack."""
    viewer = find_member()
    relations = (viewer.roles if viewer else frozenset()) | ({"demo"} if _demo() else frozenset())
    if not relations:
        raise NotSignedIn
    permits.check("outbox.preview", relations)
    if transport().name != "console" and not _demo():
        raise NotFound  # what is said in Slack is read there, by whom it is said to


def _playable() -> bool:
    return _demo() and transport().name == "console"


def _demo() -> bool:
    return bool(current_app.extensions["settings"].demo)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="slack-preview")


def _sign(surface: Any) -> str:
    """A message or modal as a hidden field: what comes back is what was shown."""
    return str(_serializer().dumps(surface))


def _unsigned(signed: str) -> Any:
    try:
        return _serializer().loads(signed)
    except BadData:
        raise NotFound from None
