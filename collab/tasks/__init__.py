"""Cross-silo tasks: what one department asks of another, until it is confirmed."""
