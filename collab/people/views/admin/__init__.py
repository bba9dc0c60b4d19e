"""Pages of administrators about the organisation. What gives somebody power is proposed here, and confirmed by another person."""

from collab.people.views.admin import delegations, departments, member, members, offices, sites

PARTS = (members, member, departments, offices, delegations, sites)
