"""The life of a message: every move there is, in one table."""

from __future__ import annotations

from collab.kernel.transitions import Moves

PENDING, LEASED, WAITING, SENDING, UNCERTAIN = "pending", "leased", "waiting", "sending", "uncertain"
SENT, BROKEN, SUPERSEDED = "sent", "broken", "superseded"
OPEN = (PENDING, LEASED, WAITING, SENDING, UNCERTAIN)
SETTLED = frozenset({SENT, BROKEN, SUPERSEDED})
HELD = frozenset({LEASED, SENDING, UNCERTAIN})

MOVES = Moves(
    {
        # a worker takes it up; of one that died, what it held
        ("lease", PENDING): LEASED,
        ("lease", WAITING): LEASED,
        ("lease", LEASED): LEASED,
        ("lease", SENDING): UNCERTAIN,  # it may have called: never taken for unsent
        ("lease", UNCERTAIN): UNCERTAIN,  # to look for it
        # before the call
        ("put_back", LEASED): PENDING,  # not its turn yet, or a bundle is being gathered
        ("put_off", LEASED): WAITING,  # Slack would not even say whom to write to
        ("put_off", PENDING): WAITING,  # a pause Slack asked for in its lane
        ("drop", LEASED): SUPERSEDED,  # nothing left to say, or a bundle says it
        ("drop", PENDING): SUPERSEDED,
        ("drop", WAITING): SUPERSEDED,
        ("drop", SENDING): SUPERSEDED,  # the card it would have painted is gone
        ("call", LEASED): SENDING,
        # how a call ends
        ("arrive", LEASED): SENT,  # work of our own that needs no call
        ("arrive", SENDING): SENT,
        ("put_off", SENDING): WAITING,  # Retry-After
        ("lose", SENDING): UNCERTAIN,
        ("put_back", SENDING): PENDING,  # refused for a reason that is not the message's
        ("give_up", LEASED): BROKEN,
        ("give_up", SENDING): BROKEN,
        # after a lost answer
        ("find", UNCERTAIN): SENT,
        ("miss", UNCERTAIN): UNCERTAIN,
        ("put_back", UNCERTAIN): PENDING,
        ("give_up", UNCERTAIN): BROKEN,
        # a person's doing
        ("retry", BROKEN): PENDING,
        ("dismiss", BROKEN): SUPERSEDED,
    }
)
