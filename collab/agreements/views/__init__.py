"""The HTTP edge of data-sharing agreements: `api` speaks JSON, `pages` and `deeds` speak to people."""
