"""Pure rules of signatures: the one spelling of a paper, its hash, and who may sit on its two seats."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.audit.rules import canonical
from collab.kernel.actor import Actor
from collab.kernel.errors import Text

OPEN, VALID, VOID = "open", "valid", "void"
STATES = (OPEN, VALID, VOID)
SIDES = (1, 2)
SOURCES = ("web", "slack", "api")


@dataclass(frozen=True)
class Signer:
    """Who is to sign for a side (1 or 2), and for which department, by code."""

    side: int
    member: int
    department: str


def stands_for(signer: Actor, department: str) -> bool:
    """Whether somebody works in a department, or leads it: two people of one side must not sign for both."""
    return department in (*signer.departments, *signer.leads)


def seal(
    subject: str, paper: str, version: int, content: Mapping[str, Any], signers: Iterable[tuple[int, str, str]]
) -> str:
    """SHA-256, in hexadecimal, of everything that stands on a sheet: keys sorted, no white space, UTF-8. `signers` are side,
    address and department."""
    seats = [{"side": side, "member": member, "department": unit} for side, member, unit in sorted(signers)]
    whole = {"subject": subject, "paper": paper, "version": version, "content": content, "signers": seats}
    return hashlib.sha256(canonical(whole).encode()).hexdigest()


def why_not_seated(signers: Sequence[Signer]) -> Text | None:
    """Why these cannot sign one paper, None if they can: two seats, two people, two departments."""
    if sorted(one.side for one in signers) != list(SIDES):
        return Text("signature.problem.two_seats")
    if len({one.member for one in signers}) < len(SIDES):
        return Text("signature.problem.one_person")
    if len({one.department for one in signers}) < len(SIDES):
        return Text("signature.problem.one_department")
    return None


def differences(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """What differs between two papers said as (label, text): label, before, after, in the order of the later one."""
    was, now = dict(before), dict(after)
    labels = [*now, *(label for label in was if label not in now)]
    return [
        (label, was.get(label, ""), now.get(label, "")) for label in labels if was.get(label, "") != now.get(label, "")
    ]
