"""Which queue carries which job. One slow kind must not keep the others waiting."""

from enum import StrEnum


class Queue(StrEnum):
    """The queues; a worker listens to all of them unless told otherwise with `-Q`."""

    INTERACTIVE = "interactive"  # somebody looks at a screen and waits
    DELIVERY = "delivery"  # messages that are due, to Slack
    SWEEPS = "sweeps"  # short looks at rows that are due; never behind a long job
    DIGESTS = "digests"  # a week for thousands of members: seconds to minutes, some at a time
    IMPORTS = "imports"  # files of thousands of rows: minutes, so at best on a worker of their own


# The first pattern that fits wins. A job that fits none stands on the default queue, and a test refuses it.
ROUTES = [
    ("digests.*", {"queue": Queue.DIGESTS}),
    ("*.sweep", {"queue": Queue.SWEEPS}),
    ("outbox.watch", {"queue": Queue.SWEEPS}),  # it tells of a delivery that does not move, so not behind one
    ("outbox.tidy", {"queue": Queue.SWEEPS}),
    ("escalations.*", {"queue": Queue.SWEEPS}),
    ("audit.*", {"queue": Queue.SWEEPS}),
    ("subjects.*", {"queue": Queue.SWEEPS}),
    ("outbox.*", {"queue": Queue.DELIVERY}),
    ("access.letters", {"queue": Queue.DELIVERY}),
    ("access.post", {"queue": Queue.DELIVERY}),
    ("access.guests", {"queue": Queue.SWEEPS}),
    ("access.sweep", {"queue": Queue.SWEEPS}),
    ("slack.show", {"queue": Queue.INTERACTIVE}),
    ("imports.*", {"queue": Queue.IMPORTS}),
]
