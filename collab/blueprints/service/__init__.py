"""Use-cases of blueprints."""

from collab.blueprints.service.answering import answer, open_dialogue
from collab.blueprints.service.definitions import define, lay_definition, redefine, remove_definition
from collab.blueprints.service.differing import differ
from collab.blueprints.service.drifting import sweep
from collab.blueprints.service.leaving import leave, led_anew, over
from collab.blueprints.service.opening import open_blueprint
from collab.blueprints.service.points import add_point, change_point, remove_point
from collab.blueprints.service.requirements import (
    agree,
    ask,
    commit_to,
    counter,
    decline,
    may,
    met,
    name_answerer,
    withdraw,
)
from collab.blueprints.service.signing import take_valid
from collab.blueprints.service.sources import add_source, change_source, remove_source
from collab.blueprints.service.versions import cite, lay, uncite

__all__ = [
    "add_point",
    "add_source",
    "agree",
    "answer",
    "ask",
    "change_point",
    "change_source",
    "cite",
    "commit_to",
    "counter",
    "decline",
    "define",
    "differ",
    "lay",
    "lay_definition",
    "leave",
    "led_anew",
    "may",
    "met",
    "name_answerer",
    "open_blueprint",
    "open_dialogue",
    "over",
    "redefine",
    "remove_definition",
    "remove_point",
    "remove_source",
    "sweep",
    "take_valid",
    "uncite",
    "withdraw",
]
