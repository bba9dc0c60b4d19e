"""The HTTP edge of goals: `api` speaks JSON, `pages` speaks to people."""
