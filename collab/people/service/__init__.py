"""Use-cases on people, one transaction each: getting in (`access`), Slack accounts (`linking`), who is here (`staffing`)."""

from collab.people.service.access import (
    create_token,
    end_sessions,
    revoke_session,
    revoke_token,
    sign_in,
    sign_out,
    touch_session,
)
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

__all__ = [
    "AbsenceEnded",
    "AbsenceStarted",
    "MemberLeft",
    "Newcomer",
    "OfficeTaken",
    "account_changed",
    "add_member",
    "be_away",
    "be_back",
    "confirm_office",
    "connect",
    "create_token",
    "deactivate",
    "dismiss",
    "end_sessions",
    "find_by_email",
    "found",
    "greet",
    "join",
    "link_by_code",
    "recognise",
    "revoke_session",
    "revoke_token",
    "set_locale",
    "sign_in",
    "sign_out",
    "sweep",
    "touch_session",
    "unlink",
]
