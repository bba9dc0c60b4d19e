"""Use-cases that belong to no feature alone."""
