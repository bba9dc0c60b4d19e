"""Comments, mentions and attachments on any subject."""
