"""The HTTP edge of people: `api` and `accounts_api` speak JSON, `pages`, `mine` and `accounts` speak to people."""
