"""Members with their posts and offices, and guests, as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.exports.registry import Export
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell
from collab.people import queries
from collab.people.queries.holdings import Holding, list_holdings


def members(_me: Actor, _filters: Mapping[str, str], now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """Everybody of the company who has not left, with what they hold today."""
    units = {row.code: how.name(row) for row in queries.list_departments()}
    offices, groups = queries.offices(), {code: how.name(row) for code, row in queries.group_names().items()}
    found = [one for one in list_holdings(now) if not one.actor.is_partner]
    names = queries.names_of(member for one in found for member in (*one.acts_for, *one.secretary_of))
    yield from (_member(one, units, offices, groups, names, how) for one in found)


def _member(
    one: Holding,
    units: Mapping[str, str],
    offices: Mapping[str, Any],
    groups: Mapping[str, str],
    names: Mapping[int, Any],
    how: Reader,
) -> Sequence[Cell]:
    me = one.actor
    return [
        me.email, me.name_ja, me.name_en, _all(units.get(code, code) for code in me.departments),
        _all(units.get(code, code) for code in me.leads), _all(_office(code, one, offices, how) for code in me.offices),
        _all(groups.get(code, code) for code in one.groups), how.say("export.role.admin") if me.is_admin else how.say("export.role.auditor") if me.is_auditor else "",
        _all(how.name(names[member]) for member in one.acts_for), _all(how.name(names[member]) for member in one.secretary_of),
        me.zone, one.created_at,
    ]  # fmt: skip


def _office(code: str, one: Holding, offices: Mapping[str, Any], how: Reader) -> str:
    name = how.name(offices[code]) if code in offices else code
    return how.say("export.role.acting", office=name) if code in one.acting else name


def guests(_me: Actor, _filters: Mapping[str, str], now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """Every guest who has not left, by partner."""
    found = [one for one in list_holdings(now) if one.actor.is_partner]
    for one in sorted(found, key=lambda one: (one.partner or "", one.actor.email)):
        partner = one.partner_ja if how.locale == "ja" else one.partner_en
        yield [one.actor.email, one.actor.name_ja, one.actor.name_en, partner, one.created_at]


def _all(words: Any) -> str:
    return "; ".join(words)


MEMBERS = (
    "email", "name_ja", "name_en", "departments", "leads", "offices", "groups", "role", "acts_for", "secretary_of", "zone",
    "created_at",
)  # fmt: skip
EXPORTS = (
    Export("members", "export.people", MEMBERS, members, guarded=True),
    Export("guests", "export.people", ("email", "name_ja", "name_en", "partner", "created_at"), guests, guarded=True),
)
