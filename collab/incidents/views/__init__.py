"""The HTTP edge of brand incidents: `api` speaks JSON, `pages` and `deeds` speak to people."""
