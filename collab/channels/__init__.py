"""Shared channels: which Slack channel belongs to whom, what it hears, one card for each subject with its news below."""
