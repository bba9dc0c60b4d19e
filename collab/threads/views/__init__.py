"""Conversations on pages and over the API."""
