"""Use-cases on people, one transaction each: Slack accounts (`linking`), who is here (`staffing`)."""

from collab.people.service.editing import admit, dismiss_member, edit_member, rename_department, rename_office
from collab.people.service.founding import Newcomer, found, join
from collab.people.service.importing import confirm_office
from collab.people.service.linking import (
    account_changed,
    connect,
    dismiss,
    find_by_email,
    greet,
    link_by_code,
    recognise,
    unlink,
)
from collab.people.service.profiles import WELCOME
from collab.people.service.profiles import adopt as adopt_profile
from collab.people.service.staffing import (
    AbsenceEnded,
    AbsenceStarted,
    MemberLeft,
    OfficeTaken,
    add_member,
    be_away,
    be_back,
    deactivate,
    set_locale,
    sweep,
)
from collab.people.service.standing_in import ASKED as DELEGATION_ASKED
from collab.people.service.standing_in import TOLD as DELEGATION_TOLD
from collab.people.service.standing_in import DelegationEnded, Terms
from collab.people.service.standing_in import confirm as confirm_delegation
from collab.people.service.standing_in import end as end_delegation
from collab.people.service.standing_in import propose as propose_delegation
from collab.people.service.standing_in_secretaries import (
    end_absence,
    end_secretary,
    name_secretary,
    principal_of,
    set_absence,
)

__all__ = [
    "DELEGATION_ASKED",
    "DELEGATION_TOLD",
    "WELCOME",
    "AbsenceEnded",
    "AbsenceStarted",
    "DelegationEnded",
    "MemberLeft",
    "Newcomer",
    "OfficeTaken",
    "Terms",
    "account_changed",
    "add_member",
    "admit",
    "adopt_profile",
    "be_away",
    "be_back",
    "confirm_delegation",
    "confirm_office",
    "connect",
    "deactivate",
    "dismiss",
    "dismiss_member",
    "edit_member",
    "end_absence",
    "end_delegation",
    "end_secretary",
    "find_by_email",
    "found",
    "greet",
    "join",
    "link_by_code",
    "name_secretary",
    "principal_of",
    "propose_delegation",
    "recognise",
    "rename_department",
    "rename_office",
    "set_absence",
    "set_locale",
    "sweep",
    "unlink",
]
