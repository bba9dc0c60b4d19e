"""Use-cases of the engine, one transaction each.

- *a round*: `opening` (planned, frozen, seated), `automatic` (decides itself), `carrying` (what stands from the last round),
  `applying` (writing a change), `telling` (who hears), `ended` (the news that it is over)
- *on a seat*: `deciding`, `proxying` (for its holder), `together` (several at once), `lifting`, `holding`, `reminding`, `adding`
- *taking back*: `undoing`; after the end `revoking`, with `voices` (who must agree)
- *beside the seats*: `reading`, `circulating` and `reading_together` (several at once), `asking`, `conditions` (set and carried) and `meeting` (met and waived)
- *people and time*: `moving` (seats follow people), `leaving`, `clocks`, `sweeping`
- *routes*: `routes` (taken into force), `trying`, `comparing`, `proposing`
"""

from collab.approvals.service.adding import Added, add_step
from collab.approvals.service.asking import Asked, answer, ask
from collab.approvals.service.circulating import Circulated, Read, circulate, read
from collab.approvals.service.deciding import Decision, decide
from collab.approvals.service.ended import RoundEnded
from collab.approvals.service.holding import hold, release
from collab.approvals.service.lifting import lift
from collab.approvals.service.meeting import Settled, ask_to_waive, meet, waive
from collab.approvals.service.moving import come_home, hand_over, let_go, move_seats
from collab.approvals.service.opening import Subject, open_round, preview
from collab.approvals.service.proposing import decline_proposal, propose, take_proposal, withdraw_proposal
from collab.approvals.service.reading_together import ReadOutcome, read_together
from collab.approvals.service.reminding import ask_later, more_time
from collab.approvals.service.revoking import (
    Revoking,
    answer_revocation,
    ask_to_revoke,
    revocation_relations,
    revoke,
    withdraw_revocation,
)
from collab.approvals.service.routes import read as read_routes
from collab.approvals.service.routes import take
from collab.approvals.service.sweeping import sweep
from collab.approvals.service.together import Outcome, approve_together
from collab.approvals.service.undoing import end_round, undo

__all__ = [
    "Added",
    "Asked",
    "Circulated",
    "Decision",
    "Outcome",
    "Read",
    "ReadOutcome",
    "Revoking",
    "RoundEnded",
    "Settled",
    "Subject",
    "add_step",
    "answer",
    "answer_revocation",
    "approve_together",
    "ask",
    "ask_later",
    "ask_to_revoke",
    "ask_to_waive",
    "circulate",
    "come_home",
    "decide",
    "decline_proposal",
    "end_round",
    "hand_over",
    "hold",
    "let_go",
    "lift",
    "meet",
    "more_time",
    "move_seats",
    "open_round",
    "preview",
    "propose",
    "read",
    "read_routes",
    "read_together",
    "release",
    "revocation_relations",
    "revoke",
    "sweep",
    "take",
    "take_proposal",
    "undo",
    "waive",
    "withdraw_proposal",
    "withdraw_revocation",
]
