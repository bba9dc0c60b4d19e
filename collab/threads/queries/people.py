"""Who is meant by the @ of a text, and whether they may see what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.subjects.queries import list_seen
from collab.threads.rules import mentions
from collab.threads.rules.comments import MOST_MENTIONED


@dataclass(frozen=True)
class Meant:
    """Whom a text names (never its author), and why it cannot be said so."""

    members: tuple[int, ...] = ()
    problems: Mapping[str, Text] = field(default_factory=dict)


def who_is_meant(author: Actor, key: str, body: str, now: datetime) -> Meant:
    """Read the @ of a text. A name that means two, a department nobody leads, somebody who may not see it: problems."""
    if not mentions.has_any(body):
        return Meant()
    present = people.list_present()
    found = mentions.find(body, mentions.handles(present, people.list_departments()))
    if not found.named:
        return Meant()
    leads = people.organisation(now).leads
    held = {
        one.word: {target.member or leads.get(target.department or "") for target in one.targets} for one in found.named
    }
    wanted = {member for members in held.values() if len(members) == 1 for member in members if member}
    seen_by = list(
        dict.fromkeys(member for members in held.values() for member in members if member in wanted - {author.id})
    )
    return Meant(tuple(seen_by), _problems(held, seen_by, key, now))


def unknown_names(body: str) -> tuple[str, ...]:
    """The @ of a text that name nobody."""
    if not mentions.has_any(body):
        return ()
    known = mentions.handles(people.list_present(), people.list_departments())
    return tuple(f"@{word}" for word in mentions.find(body, known).unknown)


def _problems(held: Mapping[str, set[int | None]], wanted: Sequence[int], key: str, now: datetime) -> dict[str, Text]:
    """Every reason at once, each under a name of its own."""
    blind = people.names_of(_blind(wanted, key, now)) if len(wanted) <= MOST_MENTIONED else {}
    reasons = {
        "unclear": [f"@{word}" for word, members in held.items() if len(members) > 1],
        "nobody_leads": [f"@{word}" for word, members in held.items() if members == {None}],
        "may_not_see": list(blind.values()),
    }
    found = {f"mentions.{why}": Text(f"thread.mention.{why}", {"who": who}) for why, who in reasons.items() if who}
    if len(wanted) > MOST_MENTIONED:
        found["mentions.too_many"] = Text("thread.mention.too_many", {"n": MOST_MENTIONED})
    return found


def _blind(members: Sequence[int], key: str, now: datetime) -> list[int]:
    """Those who may not see a subject."""
    actors = people.list_actors(now, ids=members) if members else []
    return [actor for actor, seen in list_seen([(actor, [key]) for actor in actors]).items() if key not in seen]
