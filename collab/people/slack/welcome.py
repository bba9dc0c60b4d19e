"""The first word in Slack to somebody whose habits were taken from their profile: what was taken, and how to change it."""

from __future__ import annotations

from collab.outbox.registry import Envelope, Line, Rendered
from collab.slack import blocks, identity

LOOK = "slack.look"
"""The button every help has: it shows what it names."""


def rendered(envelope: Envelope) -> Rendered | None:
    """In the language that was taken."""
    if envelope.recipient is None:
        return None
    text = _said(envelope)
    change = blocks.context(blocks.escape(envelope.reader.say("people.welcome.change")))
    page = blocks.button(
        envelope.reader.say("people.welcome.settings"), "people.page", "me", url=identity.address("/me")
    )
    help_ = blocks.button(envelope.reader.say("people.welcome.help"), f"{LOOK}:help", "help")
    return Rendered(text, [blocks.section(blocks.escape(text)), change, blocks.actions(help_, page)])


def line(envelope: Envelope) -> Line | None:
    """The same in a bundle."""
    return Line(envelope.subject_key, blocks.escape(_said(envelope)), open=True) if envelope.recipient else None


def _said(envelope: Envelope) -> str:
    reader = envelope.reader
    lines = [reader.say("people.welcome.hello")]
    if "locale" in envelope.args:
        lines.append(reader.say(f"people.welcome.speaks_{envelope.args['locale']}"))
    if "zone" in envelope.args:
        lines.append(reader.say("people.welcome.zone", zone=str(envelope.args["zone"])))
    return "\n".join(lines)
