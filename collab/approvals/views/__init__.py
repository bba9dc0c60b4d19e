"""The HTTP edge of approvals. `pages` and `changing` show the routes and change them, `api` and `routes` do so for scripts and for
both; `sheet` and `seats` say how a round is shown on the page of any subject."""
