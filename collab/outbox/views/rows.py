"""Messages and gates in the viewer's words: what they may see of the subject, whom it is for, what is wrong and what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.outbox import messages, queries
from collab.outbox.queries import Barrier, Delivery
from collab.slack import identity
from collab.subjects import queries as subjects


def find(which: str, now: datetime, offset: int, limit: int) -> tuple[list[Delivery], int]:
    """A page of the messages that are broken, stuck or open, and how many of them there are."""
    counts = queries.count_unfinished()
    if which == "broken":
        return queries.list_broken(limit=limit, offset=offset), counts["broken"]
    if which == "stuck":
        return queries.list_stuck(now, limit=limit, offset=offset), queries.count_stuck(now)
    return queries.list_open(limit=limit, offset=offset), sum(counts.values()) - counts["broken"]


def deliveries(found: Sequence[Delivery], viewer: Actor, how: Reader) -> list[dict[str, Any]]:
    """One row per message. Of a subject the viewer may not see there is only the key."""
    seen = subjects.list_summaries(viewer, {one.subject for one in found})
    known = any(one.member or one.group for one in found)
    people = {actor.id: actor for actor in identity.everybody()} if known else {}
    return [_row(one, seen.get(one.subject), people, how) for one in found]


def _row(one: Delivery, subject: Any, people: Mapping[int, Actor], how: Reader) -> dict[str, Any]:
    member = people.get(one.member or 0)
    group = [people[each] for each in one.group if each in people]
    channel = None if one.group else one.channel
    names = how.say("list.comma").join(each.name(how.locale) for each in ([member] if member else group))
    return {
        "id": one.id, "kind": one.kind, "named": how.say(messages.named(one.kind)), "state": one.state,
        "about": {"key": one.subject, "title": subject.title if subject else None, "path": subject.path if subject else None},
        "to": {"member": member.email if member else None, "channel": channel, "members": [each.email for each in group]},
        "who": names or channel or "", "attempts": one.attempts,
        **explained(one.problem, one.kind, how), "created_at": one.created_at, "due_at": one.due_at,
        "settled_at": one.settled_at, "last_try_at": one.last_try_at,
    }  # fmt: skip


def explained(problem: str | None, kind: str, how: Reader) -> dict[str, str | None]:
    """An error with its sort, cause and remedy; nothing where there is none."""
    if problem is None:
        return dict.fromkeys(("error", "sort", "cause", "remedy"))
    words = messages.explained(problem, kind)
    said = {"sort": how.say(words.sort), "cause": how.say(words.cause), "remedy": how.say(words.remedy)}
    return {"error": problem, **said}


def gate(found: Barrier, how: Reader) -> dict[str, Any]:
    """A shut gate; Slack's word is explained, an operator's reason speaks for itself."""
    theirs = found.name == "workspace"
    words = explained(found.reason if theirs else None, "", how)
    return {
        "name": found.name, "reason": found.reason, "cause": words["cause"], "remedy": words["remedy"],
        "since": found.since, "by": found.by, "asked_next_at": found.asked_next_at,
    }  # fmt: skip


def outbox(now: datetime, how: Reader) -> dict[str, Any]:
    """Whether messages flow: the gates, the counts, how old the oldest is."""
    gates, stuck = queries.standstill(now)
    names = {found.name for found in gates}
    state = "paused" if "operator" in names else "refused" if names else "flowing"
    oldest = queries.oldest_open()
    return {
        "state": state, "gates": [gate(found, how) for found in gates], "counts": queries.counts_by_state(), "stuck": stuck,
        "oldest_due_at": oldest if oldest and oldest <= now else None, "last_sweep_at": queries.last_sweep(),
    }  # fmt: skip
