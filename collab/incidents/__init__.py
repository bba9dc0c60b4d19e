"""Brand incidents: minutes, not hours, whatever the time of day."""
