"""The HTTP edge of people: `api` speaks JSON, `pages` and `mine` speak to people."""
