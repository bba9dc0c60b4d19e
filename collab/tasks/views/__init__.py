"""Tasks on the web."""
