"""Told to whoever asked somebody who has left since: the answer will not come."""

from __future__ import annotations

from collab.approvals import queries
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import blocks, identity
from collab.slack.wording import cut
from collab.subjects.registry import registry


def unanswered(envelope: Envelope) -> Rendered | None:
    """Who has left, what they were asked, and where to ask somebody else; nothing once nobody needs an answer."""
    asked = [one for one in queries.list_questions(envelope.subject_key) if one.id == envelope.args["question"]]
    face = registry.kind_of(envelope.subject_key).face(envelope.subject_key, envelope.recipient)
    if face is None or not asked or not asked[0].open:
        return None
    who = people.names_of([int(envelope.args["member"])])[int(envelope.args["member"])]
    line = envelope.reader.say("approval.left.unanswered", who=who, key=envelope.subject_key)
    head = blocks.link(identity.address(face.path), cut(f"{envelope.subject_key} {face.title}", 200))
    return Rendered(line, [blocks.section(f"{blocks.bold(line)}\n{head}"), blocks.quotation(asked[0].question, 500)])


def unanswered_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    shown = unanswered(envelope)
    return Line(envelope.subject_key, blocks.bold(shown.text), open=True) if shown else None
