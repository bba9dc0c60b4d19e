"""Shared channels on the web: who is connected where (`pages`), the same as JSON (`api`)."""
