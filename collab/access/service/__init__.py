"""Use-cases of getting in."""
