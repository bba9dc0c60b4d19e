"""Reminders and quiet time on the web: one's own page and API, and how often people are asked to act."""
