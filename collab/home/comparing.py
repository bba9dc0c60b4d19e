"""`/collab joint`: where two sides disagree, the sentence at the top of the page and a line for each part of it."""

from __future__ import annotations

import re

from collab.home import joint as words
from collab.home.queries.joint import get_joint
from collab.home.queries.sides import choose
from collab.kernel.permits import permit, permits
from collab.slack import answers, blocks, identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk

WORDS = ("joint", "sides", "部門間", "両側", "食い違い")
_WITH = re.compile(r"^(?:with|and|と)\s*", re.IGNORECASE)
LONGEST = 60


def install() -> None:
    """Make the command known."""
    edges.vocabulary.add(Command("joint.show", show, WORDS, takes=REST, rank=45))


@permit("joint.show")
def show(talk: Talk) -> Answer:
    """One's own side and the one named, or the one they work with most. Raises Invalid for a side nobody knows."""
    permits.check("joint.show", talk.actor.roles)
    other = _WITH.sub("", talk.typed.rest.strip()).strip()[:LONGEST].lower() or None
    chosen, how = choose(talk.actor, None, other), talk.reader
    if chosen is None:
        return answers.say(how, "home.joint.slack.none")
    found = get_joint(talk.actor, chosen, now=talk.now)
    top, parts = words.sentence(found, how), [line for _name, line in words.figures(found, how)]
    title = how.say("home.joint.between", one=chosen.one.name(how), other=chosen.other.name(how))
    said = [_linked(top.text, top.path), *(f"• {_linked(line.text, line.path)}" for line in parts)]
    if found.empty:
        said = [blocks.escape(top.text)]
    opened = blocks.link(identity.address(words.address_of(found)), how.say("home.joint.slack.open"))
    return Say(top.text, [blocks.header(title), blocks.section("\n".join(said)), blocks.context(opened)])


def _linked(text: str, path: str) -> str:
    return blocks.link(identity.address(path), text)
