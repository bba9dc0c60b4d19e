"""The HTTP edge of business calendars: `api` speaks JSON, `pages` speaks to people."""
