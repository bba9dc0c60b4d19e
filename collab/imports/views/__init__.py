"""The HTTP edge of imports: `api` speaks JSON, `pages` speaks to people."""
