"""What was said on a seat, as the engine wants to hear it: e-mails as members, the wire's names as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collab.approvals.service.deciding import REQUESTER
from collab.kernel.errors import Invalid, Text
from collab.people import queries as people

PLAIN = ("verb", "comment", "resume", "opinion", "stage", "seen_version")


def of_decision(body: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `approvals.decide`. Raises Invalid for somebody we do not know."""
    acting_for = body.get("acting_for")
    return {
        **{name: body.get(name) for name in PLAIN},
        "to": body.get("return_to") or REQUESTER,
        "conditions": body.get("conditions") or (),
        "acting_for": members([acting_for], "acting_for")[0] if acting_for else None,
    }


def of_step(body: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `approvals.add_step`. Raises Invalid for somebody we do not know."""
    given = {name: value for name, value in body.items() if value is not None}
    return {**given, "members": members(body["members"], "members")}


def members(emails: Sequence[str], field: str) -> list[int]:
    """Active members by e-mail, in the order given; capitals do not matter. Raises Invalid, naming the field."""
    emails = [email.strip().lower() for email in emails]
    found = people.members_by_email(emails)
    if any(email not in found for email in emails):
        raise Invalid({field: Text("purchase.problem.unknown_member")})
    return [found[email] for email in emails]
