"""Use-cases of the digest: choose how it comes, put issues together, say them, read them, send them by mail."""

from collab.digests.service.choosing import choose
from collab.digests.service.composing import KIND, SUBJECT, sweep
from collab.digests.service.mailing import letters
from collab.digests.service.previewing import preview
from collab.digests.service.saying import freeze, lay_by, open_issue, said_in_slack, take_to_say, unreached
from collab.digests.service.sending import Sent, send, send_to

__all__ = [
    "KIND", "SUBJECT", "Sent", "choose", "freeze", "lay_by", "letters", "open_issue", "preview", "said_in_slack", "send",
    "send_to", "sweep", "take_to_say", "unreached",
]  # fmt: skip
