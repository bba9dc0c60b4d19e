"""Plumbing towards Slack that knows no feature: verification, dispatch, grammar, blocks, the one client."""
