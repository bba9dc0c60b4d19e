"""For whom a week is read: many members at once, where they stand, and what they want to hear of one kind of subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import FromClause

from collab.kernel.actor import Actor
from collab.kernel.recordset import records, recordset

GUEST, MEMBER, SEES_ALL = 0, 1, 2
"""How far a reader sees: what they were shown, what the company sees, everything."""
FOLLOW, MUTE = "follow", "mute"
OVERSEERS = frozenset({"CMO", "CIO"})
Wishes = Mapping[str, Sequence[tuple[int, str, str]]]
"""By prefix of keys: member, what stands behind the prefix (a number, or `*` for the whole kind), wish."""


@dataclass(frozen=True)
class Readers:
    """Members who have not left, and their wishes about subjects of one kind.

    What somebody says about one thing goes before what they say about its kind: `quiet` want to hear nothing of the kind but
    what they follow, `eager` everything they may see but what they mute.
    """

    members: Sequence[Actor]
    wishes: Sequence[tuple[int, str, str]] = ()

    @cached_property
    def quiet(self) -> frozenset[int]:
        """Who muted the kind."""
        return self._of_kind(MUTE)

    @cached_property
    def eager(self) -> frozenset[int]:
        """Who follows the kind."""
        return self._of_kind(FOLLOW)

    @cached_property
    def overseers(self) -> frozenset[int]:
        """Who oversees everything by office, unless they muted the kind."""
        return frozenset(one.id for one in self.members if _oversees(one)) - self.quiet

    def pairs(self, wish: str) -> list[dict[str, int]]:
        """Each thing somebody follows, or mutes, by its number."""
        return [
            {"member": member, "number": int(behind)}
            for member, behind, said in self.wishes
            if said == wish and behind.isdigit()
        ]

    @cached_property
    def values(self) -> dict[str, str]:
        """What the recordsets of `Given` are bound to."""
        told = {one.id: int(one.id not in self.quiet) for one in self.members}
        return {
            "me": records(
                {"member": one.id, "sees": sees(one), "told": told[one.id], "office": int(_oversees(one))}
                for one in self.members
            ),
            "led": records(
                {"member": one.id, "code": code, "told": told[one.id]}
                for one in self.members if not one.is_partner for code in one.leads
            ),
            "posts": records(
                {"member": one.id, "code": code}
                for one in self.members if not one.is_partner for code in {*one.departments, *one.leads}
            ),
            "followed": records(self.pairs(FOLLOW)),
            "muted": records(self.pairs(MUTE)),
            "eager": records({"member": one} for one in sorted(self.eager)),
            "overseers": records({"member": one} for one in sorted(self.overseers)),
        }  # fmt: skip

    def bound(self, *names: str) -> dict[str, str]:
        """Those of the values that a statement reads."""
        return {name: self.values[name] for name in names}

    def _of_kind(self, wish: str) -> frozenset[int]:
        return frozenset(member for member, behind, said in self.wishes if behind == "*" and said == wish)


def sees(member: Actor) -> int:
    """How far somebody sees."""
    if member.is_partner:
        return GUEST
    return SEES_ALL if member.is_auditor else MEMBER


def _oversees(member: Actor) -> bool:
    return not member.is_partner and not OVERSEERS.isdisjoint(member.offices)


@dataclass(frozen=True)
class Given:
    """The readers inside a statement: tables by the names of `Readers.values`, on one kind of database."""

    kind: str

    @cached_property
    def me(self) -> FromClause:
        """Each reader: how far they see, whether they are told what concerns them, whether they oversee by office."""
        return recordset("me", self.kind, member=int, sees=int, told=int, office=int)

    @cached_property
    def led(self) -> FromClause:
        """The departments each leads."""
        return recordset("led", self.kind, member=int, code=str, told=int)

    @cached_property
    def posts(self) -> FromClause:
        """The departments each works in or leads."""
        return recordset("posts", self.kind, member=int, code=str)

    @cached_property
    def followed(self) -> FromClause:
        """What each follows."""
        return recordset("followed", self.kind, member=int, number=int)

    @cached_property
    def muted(self) -> FromClause:
        """What each muted."""
        return recordset("muted", self.kind, member=int, number=int)

    @cached_property
    def eager(self) -> FromClause:
        """Who follows the whole kind."""
        return recordset("eager", self.kind, member=int)

    @cached_property
    def overseers(self) -> FromClause:
        """Who oversees everything."""
        return recordset("overseers", self.kind, member=int)
