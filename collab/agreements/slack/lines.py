"""`/collab agreement list | show DA-1 | deliver DA-1 note | confirm DA-1 | dispute DA-1 reason | agree DA-1`."""

from __future__ import annotations

from collab.agreements import messages, queries, service
from collab.agreements.messages import Row
from collab.agreements.queries import Filter
from collab.agreements.rules import ACTIVE
from collab.agreements.schemas import AgreementDeliveryIn, AgreementReasonIn
from collab.agreements.slack.pressing import shown, thanks
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.slack import answers, identity
from collab.slack.grammar import KEY, NOTHING, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Open, Talk

NOUN = "agreement"
WORDS = ("agreement", "agreements", "da", "データ共有の取り決め", "取り決め", "データ共有")
MOST = 7


def install() -> None:
    """Make the commands known."""
    edges.vocabulary.add_noun(Noun(NOUN, WORDS, queries.PREFIX, named=("agreement.page.agreement",)))
    for code, handler, words, takes in _TYPED:
        prefix = queries.PREFIX if takes == KEY else ""
        edges.vocabulary.add(
            Command(f"agreement.{code}", handler, words, noun=NOUN, takes=takes, prefix=prefix, rank=40)
        )  # fmt: skip


@permit("agreement.list")
def show_list(talk: Talk) -> Answer:
    """What is due first."""
    found, count = queries.list_agreements(talk.actor, Filter(), limit=MOST)
    rows = [
        Row(
            row.key, row.title, identity.address(f"/agreements/{row.key}"), row.state,
            row.due_at if row.state == ACTIVE else None, row.due_at is not None and row.due_at < talk.now,
        )
        for row in found
    ]  # fmt: skip
    return messages.listed(rows, count, identity.address("/agreements"), talk.reader)


@permit("agreement.show")
def show(talk: Talk) -> Answer:
    """The card as it stands, with the buttons I may press."""
    return shown(talk, talk.typed.key)


@permit("agreement.agree")
def agree(talk: Talk) -> Answer:
    """Say yes for my side."""
    row = service.agree(talk.actor, talk.typed.key, now=talk.now)
    return answers.say(talk.reader, f"agreement.done.{'active' if row.state == ACTIVE else 'agree'}", key=row.key)


@permit("agreement.deliver")
def deliver(talk: Talk) -> Answer:
    """The data is there; a web address in what follows is taken as its link."""
    words = talk.typed.rest.split()
    link = next((word for word in words if word.startswith(("https://", "http://"))), None)
    note = " ".join(word for word in words if word != link)
    fields = load(AgreementDeliveryIn(), {name: value for name, value in (("note", note), ("link", link)) if value})
    service.deliver(talk.actor, talk.typed.key, fields, now=talk.now)
    return thanks(talk, talk.typed.key)


@permit("agreement.confirm")
def confirm(talk: Talk) -> Answer:
    """It is there and whole."""
    row = service.confirm(talk.actor, talk.typed.key, now=talk.now)
    return answers.say(talk.reader, "agreement.done.confirm", key=row.key)


@permit("agreement.dispute")
def dispute(talk: Talk) -> Answer:
    """It did not arrive; without a reason, a modal asks for it."""
    key = talk.typed.key
    if not talk.typed.rest:
        return Open(messages.reason_modal("dispute", key, queries.get_agreement(talk.actor, key).title, talk.reader))
    reason = load(AgreementReasonIn(), {"reason": talk.typed.rest})["reason"]
    service.dispute(talk.actor, key, reason=reason, now=talk.now)
    return answers.say(talk.reader, "agreement.done.dispute", key=key)


_TYPED: tuple[tuple[str, Handler, tuple[str, ...], str], ...] = (
    ("list", show_list, ("list", "ls", "一覧"), NOTHING),
    ("show", show, ("show", "view", "open", "表示"), KEY),
    ("deliver", deliver, ("deliver", "delivered", "提供", "提供済み", "提供しました"), KEY),
    ("confirm", confirm, ("confirm", "received", "確認", "受領", "受領しました"), KEY),
    ("dispute", dispute, ("dispute", "missing", "未着", "不備"), KEY),
    ("agree", agree, ("agree", "合意", "同意"), KEY),
)
