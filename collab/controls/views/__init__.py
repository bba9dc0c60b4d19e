"""The HTTP edge of controls: `api` speaks JSON, `pages` speaks to people."""
