"""The tables of people: the organisation (who holds what from which day) and access (how a member gets in)."""

from collab.people.models.access import LinkCode, SlackAccount, SlackLookup, SlackStranger
from collab.people.models.organisation import (
    Absence,
    Department,
    Group,
    GroupMember,
    Lead,
    Member,
    Office,
    Partner,
    Post,
    ReportingLine,
    Site,
    Term,
)
from collab.people.models.standing_in import Delegation, Secretary

__all__ = [
    "Absence",
    "Delegation",
    "Department",
    "Group",
    "GroupMember",
    "Lead",
    "LinkCode",
    "Member",
    "Office",
    "Partner",
    "Post",
    "ReportingLine",
    "Secretary",
    "Site",
    "SlackAccount",
    "SlackLookup",
    "SlackStranger",
    "Term",
]
