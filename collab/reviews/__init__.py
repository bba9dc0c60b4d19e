"""The quarterly review: a frozen snapshot of where goals, decisions and money stand."""
