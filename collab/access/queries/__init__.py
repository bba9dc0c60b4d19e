"""Read-only answers about getting in."""
