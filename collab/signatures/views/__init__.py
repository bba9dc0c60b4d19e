"""The HTTP edge of signatures: `api` speaks JSON, `pages` to people."""
