"""The requester's own verbs as typed lines: `drop PR-1`, `copy PR-1`, `share PR-1 @kenji what do you think?`; and the button
that asks for a request back."""

from __future__ import annotations

from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.purchases import messages, queries, service
from collab.purchases.slack.lines import NOUN
from collab.slack import answers, blocks, identity
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Say, Talk
from collab.threads import messages as threads
from collab.threads.rules import mentions

_COMMANDS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("drop", ("drop", "give-up", "取り下げ", "とりさげ"), 22),
    ("copy", ("copy", "複写起案", "複写"), 23),
    ("share", ("share", "事前共有", "根回し"), 24),
)


def install() -> None:
    """Make the commands and the button known."""
    handlers: dict[str, Handler] = {"drop": drop, "copy": copy, "share": share}
    for code, words, rank in _COMMANDS:
        edges.vocabulary.add(
            Command(f"purchase.{code}", handlers[code], words, noun=NOUN, takes=KEY, prefix=queries.PREFIX, rank=rank)
        )
    edges.add_action(messages.ASK_TO_RETURN, press_ask_to_return)


@permit("purchase.drop")
def drop(talk: Talk) -> Answer:
    """Ask once more; the button gives it up for good."""
    purchase = queries.get_purchase(talk.actor, talk.typed.key)
    permits.check("purchase.drop", queries.relations(talk.actor, purchase), purchase.state)
    return messages.sure_to_drop(purchase.key, purchase.title, talk.reader)


@permit("purchase.copy")
def copy(talk: Talk) -> Answer:
    """A new draft with the same content, and where it is finished."""
    fresh = service.copy(talk.actor, talk.typed.key, now=talk.now)
    text = talk.reader.say("purchase.slack.copied", key=talk.typed.key, fresh=fresh.key)
    address = identity.address(f"/purchases/{fresh.key}/edit")
    edit = blocks.button(talk.reader.say("purchase.act.edit"), "purchase.page", fresh.key, url=address, style="primary")
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(edit)])


@permit("purchase.share")
def share(talk: Talk) -> Answer:
    """Show a draft to whoever the line names; the rest of it goes with it."""
    body = threads.plain(talk.typed.rest, lambda account: _address(talk, account))
    fresh = service.share(talk.actor, talk.typed.key, _named(body), _note(body), now=talk.now)
    word = "purchase.page.shared" if fresh else "purchase.page.shared_already"
    return answers.say(talk.reader, word, names=fresh)


@permit("purchase.withdraw")
def press_ask_to_return(talk: Talk) -> Answer:
    """Ask whoever must decide now to send it back."""
    asked = service.ask_to_return(talk.actor, talk.pressed, now=talk.now)
    return answers.say(talk.reader, "purchase.page.asked_to_return", names=asked)


def _named(body: str) -> list[str]:
    """The addresses of those a line names. Raises Invalid for a name that means nobody, or two."""
    present = people.list_present()
    found = mentions.find(body, mentions.handles(present, []))
    unclear = [f"@{one.word}" for one in found.named if len(one.targets) > 1]
    if unclear or found.unknown:
        who = [*unclear, *(f"@{word}" for word in found.unknown)]
        raise Invalid({"members": Text("purchase.problem.unknown_members", {"who": who})})
    wanted = {target.member for one in found.named for target in one.targets}
    return [person.email for person in present if person.id in wanted]


def _note(body: str) -> str | None:
    """What follows the names."""
    words = body.split()
    while words and words[0].startswith(("@", "＠")):
        words.pop(0)
    return " ".join(words) or None


def _address(talk: Talk, account: str) -> str | None:
    found = people.find_actor_by_slack(talk.team, account, talk.now)
    return found.email if found else None
