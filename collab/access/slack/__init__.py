"""What access says in Slack."""
