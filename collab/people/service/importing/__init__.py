"""Organisation files on their way in: who works where and holds what, from which day. Nothing is written while checking."""

from collab.people.service.importing.departments import DepartmentRows
from collab.people.service.importing.members import MemberRows
from collab.people.service.importing.offices import OfficeRows, confirm_office
from collab.people.service.importing.places import PartnerRows, SiteRows

__all__ = ["DepartmentRows", "MemberRows", "OfficeRows", "PartnerRows", "SiteRows", "confirm_office"]
