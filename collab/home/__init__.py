"""What belongs to nobody alone: entering, the inbox, search, health, the sample company."""
