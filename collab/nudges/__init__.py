"""One grouped reminder per person and business day, and the hours in which somebody is not disturbed."""
