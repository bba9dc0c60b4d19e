"""Collab: a company's departments pull in one direction for the customer. docs/architecture.md draws the house."""

import gc

# What is imported lives as long as the process. With Python's own thresholds a fifth of every start is spent looking for garbage in
# it, time and again.
gc.set_threshold(50_000, 20, 100)
