"""Where the company stands at a glance; every figure leads to its rows."""
