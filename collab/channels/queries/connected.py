"""Which channels are connected, whose they are, what they want to hear, and who may speak for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from collab.channels.models import Channel, Wish
from collab.channels.rules import DEPARTMENT, LEADERS, LEADERS_OFFICES, ChannelView, Listener, Settings
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.kernel.text import storable
from collab.people import queries as people

_channels: Table = Channel.__table__  # type: ignore[assignment]
_wishes: Table = Wish.__table__  # type: ignore[assignment]
_IS_OPEN = _channels.c.closed_at.is_(None)


def find_channel(number: int) -> ChannelView | None:
    """A channel by our own number, open or closed."""
    row = db.session.execute(select(_channels).where(_channels.c.id == number)).one_or_none()
    return _view(row) if row else None


def find_open(team: str, channel: str) -> ChannelView | None:
    """A connected channel by Slack's ids."""
    if not storable(team + channel):
        return None
    here = (_channels.c.team_id == team) & (_channels.c.channel_id == channel) & _IS_OPEN
    row = db.session.execute(select(_channels).where(here)).one_or_none()
    return _view(row) if row else None


def get_open(channel: str, team: str | None = None) -> ChannelView:
    """The same, in one workspace or in any. Raises NotFound."""
    if not storable(channel):
        raise NotFound
    here = (_channels.c.channel_id == channel) & _IS_OPEN
    which = here if team is None else here & (_channels.c.team_id == team)
    row = db.session.execute(select(_channels).where(which).order_by(_channels.c.id).limit(1)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def list_open() -> list[ChannelView]:
    """Every connected channel, by name."""
    rows = select(_channels).where(_IS_OPEN).order_by(_channels.c.name, _channels.c.id)
    return [_view(row) for row in db.session.execute(rows)]


def list_refused() -> list[ChannelView]:
    """Channels that Slack has closed to us and nobody has connected again, by name."""
    again = _channels.alias()
    same = (again.c.team_id == _channels.c.team_id) & (again.c.channel_id == _channels.c.channel_id)
    gone = _channels.c.closed_why.is_not(None) & (_channels.c.closed_why != "disconnected")
    later = select(again.c.id).where(same, again.c.id > _channels.c.id).exists()
    rows = select(_channels).where(gone, ~later).order_by(_channels.c.name, _channels.c.id)
    return [_view(row) for row in db.session.execute(rows)]


def list_names() -> list[tuple[str, str]]:
    """Slack's id and the name of each."""
    return [(one.channel, one.name) for one in list_open()]


def names_of_departments(codes: Sequence[str]) -> dict[str, str]:
    """The channel each of these departments has, by code."""
    found = ((one.settings.department, one.name) for one in list_open())
    return {code: f"#{name}" for code, name in found if code is not None and code in codes}


def list_channels(viewer: Actor) -> list[ChannelView]:
    """Every connected channel. Raises NotAllowed."""
    permits.check("channel.list", viewer.roles)
    return list_open()


def is_any_open() -> bool:
    """Whether anybody listens."""
    return db.session.scalar(select(_channels.c.id).where(_IS_OPEN).limit(1)) is not None


def list_listeners() -> list[tuple[ChannelView, Listener]]:
    """Every connected channel with what it wants to hear. Two statements."""
    rows = db.session.execute(select(_channels).where(_IS_OPEN).order_by(_channels.c.id)).all()
    if not rows:
        return []
    wishes: dict[int, dict[str, str]] = defaultdict(dict)
    wanted = select(_wishes.c.channel_id, _wishes.c.key, _wishes.c.wish)
    for channel, key, wish in db.session.execute(wanted.where(_wishes.c.channel_id.in_([row.id for row in rows]))):
        wishes[channel][key] = wish
    return [
        (
            _view(row),
            Listener(row.id, row.purpose, row.department_code, frozenset(row.kinds), wishes.get(row.id, {})),
        )
        for row in rows
    ]


def listener_of(channel: ChannelView) -> Listener:
    """What one channel wants to hear."""
    rows = db.session.execute(select(_wishes.c.key, _wishes.c.wish).where(_wishes.c.channel_id == channel.id))
    kept = channel.settings
    return Listener(
        channel.id, kept.purpose, kept.department, frozenset(kept.kinds), {row.key: row.wish for row in rows}
    )


def relations(actor: Actor, settings: Settings) -> frozenset[str]:
    """How somebody stands to a channel with these settings, in the words of the permit rows."""
    leaders = settings.purpose == LEADERS and bool(LEADERS_OFFICES & set(actor.offices))
    ours = settings.purpose == DEPARTMENT
    found = {
        "speaker": leaders or (ours and settings.department in actor.leads),
        "inside": leaders or (ours and settings.department in actor.departments),
    }
    return actor.roles | {relation for relation, holds in found.items() if holds and actor.active}


def may(actor: Actor, settings: Settings, verb: str = "channel.settings") -> bool:
    """Whether somebody may do this with a channel of these settings."""
    return permits.allows(verb, relations(actor, settings))


def choices_of(actor: Actor) -> list[tuple[str, Any]]:
    """Whose channel somebody may make one: (value, a department or None for the leaders), in order of code."""
    found: list[tuple[str, Any]] = [
        (f"{DEPARTMENT}:{row.code}", row)
        for row in people.list_departments()
        if may(actor, Settings(DEPARTMENT, row.code, "en", "UTC"))
    ]
    leaders = [(LEADERS, None)] if may(actor, Settings(LEADERS, None, "en", "UTC")) else []
    return [*found, *leaders]


def fresh(actor: Actor, reader: Reader) -> Settings:
    """What the form proposes for a channel nobody connected yet."""
    choices = choices_of(actor)
    value = choices[0][0] if choices else LEADERS
    purpose, _, code = value.partition(":")
    return Settings(purpose, code or None, reader.locale, reader.zone)


def check_choice(actor: Actor, wanted: Settings) -> None:
    """Only what the actor speaks for. Raises Invalid under the field."""
    value = LEADERS if wanted.purpose == LEADERS else f"{DEPARTMENT}:{wanted.department}"
    if value not in {choice for choice, _row in choices_of(actor)}:
        raise Invalid({"whose": Text("channel.field.not_yours")})


def whose(settings: Settings) -> Text:
    """Whose channel it is, to be said in anybody's language."""
    if settings.purpose == LEADERS:
        return Text("channel.whose.leaders")
    code = settings.department
    found = next((row for row in people.list_departments() if row.code == code), code)
    return Text("channel.whose.department", {"department": found})


def whose_value(value: str) -> Text:
    """The same of one of `choices_of`."""
    purpose, _, code = value.partition(":")
    return whose(Settings(purpose, code or None, "en", "UTC"))


def _view(row: AnyRow) -> ChannelView:
    settings = Settings(
        row.purpose, row.department_code, row.locale, row.zone, tuple(row.kinds), row.details, row.mentions, row.digest,
        row.digest_weekday, row.digest_minute,
    )  # fmt: skip
    return ChannelView(
        row.id, row.team_id, row.channel_id, row.name, settings, row.connected_by_id, row.connected_at, row.version,
        row.closed_at, row.closed_why,
    )  # fmt: skip
