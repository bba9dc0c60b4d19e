"""Purchase requests in Slack: the modal to file one, and the lines to list, show and take back."""

from collab.purchases.slack import after, filing, lines, mending, own

__all__ = ["install"]


def install() -> None:
    """Make nouns, commands, buttons and modals known."""
    lines.install()
    filing.install()
    mending.install()
    after.install()
    own.install()
