"""Where the company stands, counted for one viewer: `goals`, `approvals`, `flow`, `spend`; `selections` finds the rows of a figure
again."""

from collab.dashboards.queries.approvals import (
    approval_shares,
    approvals_by_age,
    approvals_by_step,
    read_approvals,
    route_times,
    slowest_seats,
)
from collab.dashboards.queries.flow import flow
from collab.dashboards.queries.goals import goals_by_status
from collab.dashboards.queries.spend import spend

__all__ = [
    "approval_shares", "approvals_by_age", "approvals_by_step", "flow", "goals_by_status", "read_approvals", "route_times",
    "slowest_seats", "spend",
]  # fmt: skip
