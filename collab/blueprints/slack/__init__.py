"""Blueprints in Slack."""
