"""Business calendars as versions, and the questions people ask them."""
