"""What happened in a week, for many members at once, in a number of statements that does not depend on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from collab.digests.queries.sections import decisions, initiatives, moved, obligations, risks, tasks
from collab.digests.queries.sections.batch import Batch, Part, Said
from collab.digests.rules.content import Content, Section, Span, in_order
from collab.kernel.actor import Actor
from collab.people import queries as people

PARTS = (
    risks.PART, initiatives.RISKS, decisions.PART, initiatives.DECISIONS, moved.PART, tasks.PART, obligations.PART,
)  # fmt: skip
"""Insights have their place among the sections and no source yet."""


def gather(
    members: Sequence[Actor], span: Span, now: datetime, *, parts: Sequence[Part] = PARTS
) -> Mapping[int, Content]:
    """The week of each of these members, who live in one zone: of what they may see, without what they muted, what is paused, and
    what they did themselves; of each section the five items of most weight and how many more there are. `parts` are what is looked at."""
    here = [one for one in members if one.active]
    found: dict[int, list[Section]] = {one.id: [] for one in members}
    if here:
        batch = Batch(here, span, now)
        rows = [(part, part.read(batch)) for part in parts]
        spoken = {one for part, some in rows for row in some for one in part.people(row) if one is not None}
        said = Said(people.names_of(spoken), {row.code: row for row in people.list_departments()})
        for part, some in rows:
            for member, section in part.sections(some, said):
                found[member].append(section)
    return {member: in_order(sections) for member, sections in found.items()}
