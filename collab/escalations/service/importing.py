"""Taking policy files: a new version, never retroactive, with an audit entry. What runs keeps what it was frozen with."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.escalations import queries
from collab.escalations.models import PolicyVersion
from collab.escalations.registry import watches
from collab.escalations.rules import policies as rules
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.subjects import service as subjects

SUBJECT = "escalation-policies"
_versions: Table = PolicyVersion.__table__  # type: ignore[assignment]


def check(files: Mapping[str, bytes]) -> list[str]:
    """Everything wrong with files that are to be taken together, each file that cannot be read by its name; empty means all
    is well."""
    found, data = [], []
    for name, content in files.items():
        try:
            data.append(tomllib.loads(content.decode("utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            found.append(f"{name}: {error}")
    return found or rules.problems(data, sorted(watches))


def read(texts: Sequence[str]) -> rules.Policies:
    """Parse policy files. Raises Invalid naming everything wrong."""
    try:
        return rules.parse([tomllib.loads(text) for text in texts])
    except (rules.BadPolicies, tomllib.TOMLDecodeError) as error:
        problem = "; ".join(error.problems) if isinstance(error, rules.BadPolicies) else str(error)
        raise Invalid({"file": Text("error.bad_policies", {"problem": problem})}, "bad_policies") from error


def take(texts: Sequence[str], *, actor: Actor | None, now: datetime) -> bool:
    """Bring policy files in force as one new version; what is in force already changes nothing and returns False.

    Raises:
        Invalid: they cannot be read; every problem is named.
        NotAllowed: the actor does not administer.
    """
    if actor is not None:
        permits.check("escalation.take", actor.roles)
    read(texts)
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    with atomic():
        subjects.lock_or_introduce(SUBJECT, "escalation_policies")
        fresh = digest != queries.policy_digest()
        if fresh:
            by = actor.email if actor else SYSTEM
            run(insert(_versions).values(digest=digest, files=list(texts), imported_at=now, imported_by=by))
            audit.record("escalation_policies_taken", SUBJECT, actor=actor, at=now, after={"digest": digest})
    queries.forget()
    return fresh
