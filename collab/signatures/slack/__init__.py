"""The Slack edge of signatures."""

from collab.signatures.slack import pressing


def install() -> None:
    """Make buttons and modals known."""
    pressing.install()
