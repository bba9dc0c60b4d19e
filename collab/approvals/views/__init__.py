"""The HTTP edge of approvals. `pages` and `changing` show the routes and change them, `api` and `routes` do so for scripts and for
both; `sheet` and `seats` say how a round is shown on the page of any subject. Deciding is pressed on the subject's own page and
API (`purchases.views.deeds.deciding`, `purchases.views.api.deciding`); only Slack's buttons are here, in `approvals.slack`."""
