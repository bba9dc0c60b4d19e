"""The HTTP edge of the trail: `pages` speak to people, `api` speaks JSON, `saying` puts entries into words."""
