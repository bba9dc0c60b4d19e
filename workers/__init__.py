"""The other half of the service: what happens after the answer was given. The outbox table is the seam."""
