"""`/collab purchase list | show PR-1 | withdraw PR-1`."""

from __future__ import annotations

from collab.approvals.slack import for_viewer
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permit, permits
from collab.purchases import messages, queries, service
from collab.purchases.messages import Line
from collab.purchases.queries import Filter
from collab.slack import answers, identity
from collab.slack.grammar import KEY, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk
from collab.subjects.queries import list_summaries

NOUN = "purchase"
WORDS = ("purchase", "purchases", "request", "requests", "pr", "購買稟議", "稟議", "購買", "申請")
MOST = 7


def install() -> None:
    """Make the commands known."""
    words = edges.vocabulary
    words.add_noun(Noun(NOUN, WORDS, queries.PREFIX, named=("purchase.name",), also=("approval",)))
    words.add(Command("purchase.list", show_list, ("list", "ls", "一覧"), noun=NOUN, rank=20))
    words.add(
        Command(
            "purchase.show",
            show,
            ("show", "view", "open", "表示"),
            noun=NOUN,
            takes=KEY,
            prefix=queries.PREFIX,
            rank=20,
        )
    )
    words.add(
        Command(
            "purchase.withdraw",
            withdraw,
            ("withdraw", "引き戻し", "ひきもどし"),
            noun=NOUN,
            takes=KEY,
            prefix=queries.PREFIX,
            rank=20,
        )
    )


@permit("purchase.list")
def show_list(talk: Talk) -> Answer:
    """The newest requests I may see."""
    found, count = queries.list_purchases(talk.actor, Filter(), limit=MOST)
    summaries = list_summaries(talk.actor, [purchase.key for purchase in found])
    lines = [
        Line(
            purchase.key, purchase.title, purchase.state, identity.address(f"/purchases/{purchase.key}"),
            summaries[purchase.key].amount,
        )
        for purchase in found
    ]  # fmt: skip
    return messages.listed(lines, count, identity.address("/purchases"), talk.reader)


@permit("purchase.show")
def show(talk: Talk) -> Answer:
    """The card as it stands, with buttons if I am asked; without the amount if I may only know that it exists."""
    purchase = queries.get_purchase(talk.actor, talk.typed.key)
    here = queries.relations(talk.actor, purchase)
    whole = permits.allows("purchase.show_amount", here, purchase.state)
    face = (queries.face if whole else queries.brief)(purchase.key, talk.actor)
    if face is None:
        raise NotFound
    card = for_viewer(purchase.key, talk.actor, talk.reader, face=face, whole=whole)
    return Say(card.text, card.blocks) if card else answers.say(talk.reader, "error.not_found")


@permit("purchase.withdraw")
def withdraw(talk: Talk) -> Answer:
    """Take my request back to draft."""
    try:
        purchase = service.withdraw(talk.actor, talk.typed.key, now=talk.now)
    except NotNow as refused:
        if refused.said_code != "already_acted":
            raise
        return messages.too_late(talk.typed.key, talk.reader.say(refused.text), talk.reader)
    return answers.say(talk.reader, "purchase.slack.withdrawn", key=purchase.key)
