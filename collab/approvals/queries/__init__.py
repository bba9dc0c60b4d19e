"""Read-only answers about rounds and routes. `chains` loads a round with its seats, `seated` says who sits where, `turns` what was
before, `contents` what was submitted; `proxies` and `together` what else may be decided; `conditions`, `questions`, `reading`, `revocations` what stands beside
the seats, and `beside` who sees a request by it; `routes` and `proposals` the route book; `inbox` what waits for a member."""

from collab.approvals.queries.beside import beside_subjects
from collab.approvals.queries.chains import (
    Chain,
    SeatView,
    acted_after,
    get_chain,
    latest_version,
    list_chains,
    list_latest,
)
from collab.approvals.queries.contents import Submission, last_content, list_submissions
from collab.approvals.queries.inbox import inbox
from collab.approvals.queries.proxies import (
    asked_seat,
    find_proxied,
    list_proxied,
    matter_of,
    principals_of,
    standing_of,
)
from collab.approvals.queries.questions import QuestionView, list_questions, question_inbox
from collab.approvals.queries.reading import (
    ReadingView,
    list_read_together,
    list_readings,
    reading_inbox,
    unread_subjects,
)
from collab.approvals.queries.routes import Usual, current_book, files_in_force, route_names, usual_times, usually
from collab.approvals.queries.seated import list_waiting, seated_members, seated_subjects, seats_open
from collab.approvals.queries.together import Batch, list_batches
from collab.approvals.queries.turns import list_earlier_turns

__all__ = [
    "Batch",
    "Chain",
    "QuestionView",
    "ReadingView",
    "SeatView",
    "Submission",
    "Usual",
    "acted_after",
    "asked_seat",
    "beside_subjects",
    "current_book",
    "files_in_force",
    "find_proxied",
    "get_chain",
    "inbox",
    "last_content",
    "latest_version",
    "list_batches",
    "list_chains",
    "list_earlier_turns",
    "list_latest",
    "list_proxied",
    "list_questions",
    "list_read_together",
    "list_readings",
    "list_submissions",
    "list_waiting",
    "matter_of",
    "principals_of",
    "question_inbox",
    "reading_inbox",
    "route_names",
    "seated_members",
    "seated_subjects",
    "seats_open",
    "standing_of",
    "unread_subjects",
    "usual_times",
    "usually",
]
