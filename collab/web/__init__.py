"""Plumbing towards browsers and API callers that knows no feature."""
