"""The HTTP edge of getting in."""
