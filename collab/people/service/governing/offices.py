"""Offices: a new one, given from a day, held for a while by an acting holder (職務代行), ended."""

from __future__ import annotations

from collab.controls.registry import Around, Facts, Picture
from collab.kernel.errors import Text
from collab.people.queries.snapshot import Snapshot, Thing
from collab.people.rules import ONE_DAY, Held, succeed
from collab.people.service.governing.base import (
    Fields,
    cannot_hold,
    holder_on,
    iso,
    picture,
    refuse,
    unknown,
    write,
)

ADD, GIVE, END = "office.add", "office.give", "office.end"
NAMES = ("name_en", "name_ja")


def check_add(fields: Fields, _around: Around) -> Picture:
    """An office that is not there yet, with its first holder perhaps. Codes that differ by capitals alone would be mistaken for
    each other in the files of routes."""
    org = picture()
    code, email = fields["code"], fields.get("holder")
    same = next((known for known in org.offices if known.casefold() == code.casefold()), None)
    refuse({
        "code": Text("control.problem.known_already", {"code": same}) if same else None,
        "holder": cannot_hold(org, email) if email else None,
    })  # fmt: skip
    after = {**{name: fields[name] for name in NAMES}, **({"holder": email} if email else {})}
    return Picture(f"office:{code}", "office", {}, after, frozenset({org.ids[email]} if email else ()))


def add(fields: Fields, around: Around) -> None:
    """Write it, and its holder from the same day."""
    org = picture()
    code = fields["code"]
    org.offices[code] = Thing({name: fields[name] for name in NAMES}, new=True, touched=True)
    if fields.get("holder"):
        succeed(org.terms[code], fields["holder"], around.day, acting=False, confirmed=True)
    write(org, around.now)


def check_give(fields: Fields, around: Around) -> Picture:
    """A member is to hold an office, until a day perhaps; an acting holder stands beside whoever holds it."""
    org = picture()
    code, email, until_on = fields["office"], fields["member"], fields.get("until_on")
    refuse({
        "office": unknown(org.offices, code), "member": cannot_hold(org, email),
        "until_on": Text("people.problem.days_reversed") if until_on and until_on < around.day else None,
    })  # fmt: skip
    before = _facts(org, code, around, acting=bool(fields.get("acting")))
    name = _name(fields)
    after = {**before, name: email, "until_on": iso(until_on)}
    return Picture(f"office:{code}", "office", before, after, frozenset({org.ids[email]}))


def give(fields: Fields, around: Around) -> None:
    """Write it, from the day it counts."""
    org = picture()
    code, email, until_on = fields["office"], fields["member"], fields.get("until_on")
    if fields.get("acting"):
        running = _beside(org, code, around)
        if running is not None and running.holder != email:
            _stop(running, around)
        if running is not None and running.holder == email:
            running.end(until_on)
        else:
            extra = {"acting": True, "confirmed": True}
            org.side_terms[code].append(Held(email, around.day, until_on, extra=extra, touched=True))
    else:
        running = holder_on(org.terms[code], around.day)
        if running is not None and running.holder == email:
            running.end(until_on)
        else:
            succeed(org.terms[code], email, around.day, until_on, acting=False, confirmed=True)
    write(org, around.now)


def check_end(fields: Fields, around: Around) -> Picture:
    """Whoever holds an office (or holds it acting) does so no longer from a day on; it stays empty."""
    org = picture()
    code, email = fields["office"], fields["member"]
    refuse({"office": unknown(org.offices, code)})
    before = _facts(org, code, around, acting=bool(fields.get("acting")))
    name = _name(fields)
    if before[name] != email:
        refuse({"member": Text("control.problem.holds_not", {"email": email})})
    return Picture(f"office:{code}", "office", before, {**before, name: None, "until_on": None})


def stop(fields: Fields, around: Around) -> None:
    """Write it: the day before is the last."""
    org = picture()
    held = _running(org, fields["office"], around, acting=bool(fields.get("acting")))
    if held is not None:
        _stop(held, around)
    write(org, around.now)


def effects_of_end(fields: Fields, around: Around) -> list[Text]:
    """An office nobody holds decides nothing."""
    org = picture()
    left = (
        holder_on(org.terms[fields["office"]], around.day)
        if fields.get("acting")
        else _beside(org, fields["office"], around)
    )
    return [] if left else [Text("control.effect.office_empty", {"office": fields["office"]})]


def _stop(held: Held, around: Around) -> None:
    if held.from_on >= around.day:
        held.void = held.touched = True
    else:
        held.end(around.day - ONE_DAY)


def _name(fields: Fields) -> str:
    return "acting_holder" if fields.get("acting") else "holder"


def _facts(org: Snapshot, code: str, around: Around, *, acting: bool) -> Facts:
    held = _running(org, code, around, acting=acting)
    name = "acting_holder" if acting else "holder"
    return {name: held.holder if held else None, "until_on": iso(held.until_on) if held else None}


def _running(org: Snapshot, code: str, around: Around, *, acting: bool) -> Held | None:
    return _beside(org, code, around) if acting else holder_on(org.terms[code], around.day)


def _beside(org: Snapshot, code: str, around: Around) -> Held | None:
    """The acting holder of a day."""
    acting = [row for row in org.side_terms[code] if row.extra["acting"] and row.extra["confirmed"]]
    return holder_on(acting, around.day)
