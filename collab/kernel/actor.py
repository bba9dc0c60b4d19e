"""Who is asking: a plain, frozen picture of a member with everything permits and words need, loaded in one statement."""

from __future__ import annotations

from dataclasses import dataclass

SYSTEM = "system"
"""The actor of audit entries nobody pressed a button for."""


@dataclass(frozen=True)
class Machine:
    """The token a machine speaks with for its owner: what it calls itself, the one thing it may do, and about which keys
    (None: all its owner may)."""

    label: str
    scope: str
    limited_to: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Actor:
    """A member as of a day: name in both languages, reading habits, posts and offices in effect."""

    id: int
    email: str
    name_en: str
    name_ja: str
    locale: str = "en"
    zone: str = "UTC"
    calendar: str = "default"
    departments: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    is_admin: bool = False
    is_auditor: bool = False
    is_partner: bool = False
    active: bool = True
    acts_for: tuple[int, ...] = ()
    """Members who have delegated something to this one around that day; what exactly, and whether today, is asked for."""
    machine: Machine | None = None
    """What speaks in the member's name, where it is not they themselves."""

    @property
    def roles(self) -> frozenset[str]:
        """Roles and offices as the permit tables name them. A partner is never a member, an auditor changes nothing."""
        if not self.active:
            return frozenset()
        if self.is_partner:
            return frozenset({"partner"})
        base = "auditor" if self.is_auditor else "member"
        held = {f"office:{office}" for office in self.offices}
        return frozenset({base, *held, *(["admin"] if self.is_admin else []), *(["lead"] if self.leads else [])})

    @property
    def department(self) -> str | None:
        """The first of the member's posts, the default for what they file."""
        return self.departments[0] if self.departments else None

    def name(self, locale: str) -> str:
        """The name as a reader of `locale` expects it."""
        return self.name_ja if locale == "ja" else self.name_en
