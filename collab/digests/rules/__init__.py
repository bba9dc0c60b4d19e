"""Rules of the digest; no I/O."""
