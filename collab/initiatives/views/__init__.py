"""Edges of initiatives: API and pages."""
