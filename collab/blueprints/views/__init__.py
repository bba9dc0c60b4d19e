"""The edge on the web: pages and JSON."""
