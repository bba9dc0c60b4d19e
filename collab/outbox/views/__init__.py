"""The outbox's pages: `preview` (what is said), `delivery` (how it gets there), `api`, `banner`; `rows` puts messages in words."""
