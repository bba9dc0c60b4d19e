"""Who may come in at which provider. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """A provider as a way in: the company's for members, another one for guests. `domains` are those of the addresses it lets
    in (none: any); `members_join`: whoever is unknown and has such an address becomes a member."""

    name: str
    issuer: str
    client_id: str
    domains: tuple[str, ...] = ()
    members_join: bool = False

    @property
    def for_guests(self) -> bool:
        """Whether guests come in here, and members never."""
        return self.name == "guests"

    def takes(self, email: str) -> bool:
        """Whether an address is of a domain that comes in here; a subdomain is another domain."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains
