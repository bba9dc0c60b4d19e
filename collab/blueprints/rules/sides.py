"""Whose side somebody is on. The two sides are those of the two leads' departments, whichever they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

BOTH = frozenset({1, 2})


def sides_of(
    member: int, departments: Iterable[str], leads: Mapping[int, tuple[int, str]], side_of: Mapping[str, str]
) -> frozenset[int]:
    """The sides a member stands on: a lead on the one they lead for and on no other, whoever else by their departments.

    `leads` is (member, department) by slot 1 and 2; `side_of` is the side of each department.
    """
    led = [slot for slot, (one, _department) in leads.items() if one == member]
    if led:
        return frozenset(led[:1])
    theirs = {side_of.get(code) for code in departments} - {None}
    return frozenset(slot for slot, (_one, code) in leads.items() if side_of.get(code) in theirs)
