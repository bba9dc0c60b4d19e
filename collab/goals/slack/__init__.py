"""Goals in Slack."""
