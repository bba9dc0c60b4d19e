"""The audit trail: append-only, one chain of hashes per subject."""
