"""Slack's addresses are open to whoever carries Slack's signature; what a member may do is the features' business."""

from collab.kernel.permits import ANYBODY, row

PERMITS = [
    row("slack.speak", [ANYBODY]),
    row("slack.help", [ANYBODY]),
]
