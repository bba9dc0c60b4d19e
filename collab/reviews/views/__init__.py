"""The HTTP edge of business reviews: `pages` and `printing` speak to people, `api` speaks JSON."""
