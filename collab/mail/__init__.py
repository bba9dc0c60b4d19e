"""Mail for those Slack does not reach: one letter at a time, through the company's own server."""
