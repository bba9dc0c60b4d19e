"""The HTTP edge of approvals: `pages` (the authority table), `sheet` (how a round or a plan is shown on any page)."""
