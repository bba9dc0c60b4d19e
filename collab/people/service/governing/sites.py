"""Sites: their names, zone and calendar; the clocks of everybody there run on these."""

from __future__ import annotations

from zoneinfo import available_timezones

from collab.calendars import queries as calendars
from collab.controls.registry import Around, Picture
from collab.kernel.errors import NotFound, Text
from collab.people.queries.snapshot import Thing
from collab.people.service.governing.base import Fields, picture, refuse, unknown, write

ADD, PUT = "site.add", "site.put"
NAMES = ("name_en", "name_ja", "zone", "calendar")


def check_add(fields: Fields, _around: Around) -> Picture:
    """A site that is not there yet; codes that differ by capitals alone would be mistaken for each other."""
    org = picture()
    code, after = fields["site"], {name: fields[name] for name in NAMES}
    same = next((known for known in org.sites if known.casefold() == code.casefold()), None)
    refuse({"site": Text("control.problem.site_taken", {"code": same}) if same else None, **_problems(after)})
    return Picture(f"site:{code}", "site", {}, after)


def check_put(fields: Fields, _around: Around) -> Picture:
    """A site as it is to be; what is not named stays as it is."""
    org = picture()
    code = fields["site"]
    refuse({"site": unknown(org.sites, code)})
    known = org.sites[code].values
    after = {name: fields.get(name) or known.get(name) for name in NAMES}
    refuse(_problems(after))
    return Picture(f"site:{code}", "site", {name: known[name] for name in NAMES}, after)


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


def add(fields: Fields, around: Around) -> None:
    """Write it."""
    org = picture()
    org.sites[fields["site"]] = Thing({name: fields[name] for name in NAMES}, new=True, touched=True)
    write(org, around.now)


def put(fields: Fields, around: Around) -> None:
    """Write it."""
    after, org = dict(check_put(fields, around).after), picture()
    org.sites[fields["site"]] = Thing(after, new=False, touched=True)
    write(org, around.now)
