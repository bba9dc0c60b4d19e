"""The HTTP edge of purchase requests: `api` speaks JSON, `pages` speaks to people."""
