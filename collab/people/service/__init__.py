"""Use-cases on people, one transaction each: getting in (`access`) and who is here (`staffing`)."""

from collab.people.service.access import (
    create_token,
    end_sessions,
    link_by_code,
    link_by_email,
    offer_link,
    revoke_session,
    revoke_token,
    sign_in,
    sign_out,
    touch_session,
)
from collab.people.service.founding import Newcomer, found, join
from collab.people.service.importing import confirm_office
from collab.people.service.staffing import (
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
    "AbsenceStarted",
    "MemberLeft",
    "Newcomer",
    "OfficeTaken",
    "add_member",
    "be_away",
    "be_back",
    "confirm_office",
    "create_token",
    "deactivate",
    "end_sessions",
    "found",
    "join",
    "link_by_code",
    "link_by_email",
    "offer_link",
    "revoke_session",
    "revoke_token",
    "set_locale",
    "sign_in",
    "sign_out",
    "sweep",
    "touch_session",
]
