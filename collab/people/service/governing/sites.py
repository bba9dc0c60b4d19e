"""Sites: their names, zone and calendar; the clocks of everybody there run on these."""

from __future__ import annotations

from zoneinfo import available_timezones

from collab.calendars import queries as calendars
from collab.controls.registry import Around, Picture
from collab.kernel.errors import NotFound, Text
from collab.people.queries.snapshot import Thing
from collab.people.service.governing.base import Fields, picture, refuse, write

PUT = "site.put"
NAMES = ("name_en", "name_ja", "zone", "calendar")


def check(fields: Fields, _around: Around) -> Picture:
    """A site as it is to be; what is not named stays as it is. One that is not there yet needs all of it."""
    org = picture()
    code = fields["site"]
    known = org.sites[code].values if code in org.sites else {}
    after = {name: fields.get(name) or known.get(name) for name in NAMES}
    missing = {name: Text("field.required") for name in NAMES if not after[name]}
    refuse({**missing, **_problems(after)})
    return Picture(f"site:{code}", "site", {name: known[name] for name in NAMES} if known else {}, after)


def _problems(after: dict[str, str | None]) -> dict[str, Text]:
    found = {}
    if after["zone"] and after["zone"] not in available_timezones():
        found["zone"] = Text("import.problem.unknown_zone")
    try:
        if after["calendar"]:
            calendars.get_calendar(after["calendar"])
    except NotFound:
        found["calendar"] = Text("import.problem.unknown_calendar")
    return found


def put(fields: Fields, around: Around) -> None:
    """Write it."""
    org, after = picture(), dict(check(fields, around).after)
    code = fields["site"]
    org.sites[code] = Thing(after, new=code not in org.sites, touched=True)
    write(org, around.now)
