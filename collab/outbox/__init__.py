"""What is to be said, each attempt to say it, and where cards stand in Slack."""
