"""After the decision, in Slack: ordered (発注済み) by a button or a typed line, and an amendment (変更稟議) begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collab.approvals.messages import CardNow
from collab.approvals.queries import Chain
from collab.approvals.queries.conditions import list_blocking
from collab.approvals.slack.more import add_more, add_next
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.purchases import queries, service
from collab.purchases.schemas.after import OrderIn
from collab.purchases.service.ordering import LONGEST_REFERENCE, ORDERED
from collab.purchases.slack.lines import NOUN
from collab.slack import answers, blocks, identity
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk
from collab.slack.wording import cut

ORDER, ORDERING, AMEND = "purchase.order", "purchase.ordering", "purchase.amend"


def install() -> None:
    """Make the kind, buttons, the form and words known."""
    add_kind(MessageKind(ORDERED, told, line=told_line, name="purchase.message.ordered"))
    add_next(next_buttons)
    add_more(sections)
    edges.add_action(ORDER, press_order)
    edges.add_action(AMEND, press_amend)
    edges.add_modal(ORDERING, order)
    words = edges.vocabulary
    for code, handler, said in _TYPED:
        words.add(Command(code, handler, said, noun=NOUN, takes=KEY, prefix=queries.PREFIX, rank=25))


def told(envelope: Envelope) -> Rendered | None:
    """Those who decided hear that it happened."""
    line, face = _line(envelope), queries.face(envelope.subject_key)
    if line is None or face is None:
        return None
    purchase = queries.find_purchase(envelope.subject_key)
    reader = envelope.reader
    about = blocks.link(identity.address(face.path), cut(f"{envelope.subject_key} {face.title}", 200))
    facts = [(reader.say("purchase.page.ordered_on"), reader.show(purchase.purchased_on))] if purchase else []
    if purchase and purchase.order_reference:
        facts.append((reader.say("purchase.page.order_reference"), purchase.order_reference))
    if face.amount is not None:
        facts.append((reader.say("approval.card.amount"), reader.show(face.amount)))
    return Rendered(f"{line} {face.title}", [blocks.section(f"{blocks.bold(line)}\n{about}"), blocks.facts(facts)])


def told_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    line = _line(envelope)
    return Line(envelope.subject_key, blocks.bold(line), open=True) if line else None


def _line(envelope: Envelope) -> str | None:
    by = people.names_of([envelope.args["by"]]).get(envelope.args["by"])
    if by is None:
        return None
    return envelope.reader.say(
        Text("purchase.order.told", {"who": envelope.reader.name(by), "key": envelope.subject_key})
    )


def next_buttons(chain: Chain, actor: Actor, reader: Reader) -> Sequence[Block]:
    """Beside the news of the decision: order it, for whoever may, unless a condition stands before that."""
    if not _may(chain.subject, actor, "purchase") or (chain.conditioned and list_blocking(chain.subject)):
        return []
    return [blocks.button(reader.say("purchase.order.button"), ORDER, chain.subject, style="primary")]


def sections(now: CardNow, chain: Chain, actor: Actor, reader: Reader) -> Sequence[Block]:
    """Behind "more" of a decided request: order it, or amend it."""
    if chain.state != "approved":
        return []
    offers = (("purchase", ORDER, "more", "button"), ("amend", AMEND, "more_amend", "amend"))
    return [
        blocks.section(
            blocks.escape(reader.say(f"purchase.order.{words}")),
            accessory=blocks.button(reader.say(f"purchase.order.{label}"), action, now.key),
        )
        for verb, action, words, label in offers
        if _may(chain.subject, actor, verb)
    ]


def _may(key: str, actor: Actor, verb: str) -> bool:
    purchase = queries.find_purchase(key)
    if purchase is None:
        return False
    return permits.allows(f"purchase.{verb}", queries.relations(actor, purchase), purchase.state)


@permit("purchase.purchase")
def press_order(talk: Talk) -> Answer:
    """Ask for the day and the number."""
    return Open(_form(talk, talk.pressed))


@permit("purchase.purchase")
def order(talk: Talk) -> Answer:
    """The form was sent."""
    fields = {name: talk.entered.get(name) or "" for name in ("on", "reference")}
    return _order(talk, str(talk.data["key"]), fields)


@permit("purchase.purchase")
def type_order(talk: Talk) -> Answer:
    """`purchase ordered PR-1 [order number]`: today."""
    return _order(talk, talk.typed.key, {"on": people.today(talk.now).isoformat(), "reference": talk.typed.rest})


@permit("purchase.amend")
def press_amend(talk: Talk) -> Answer:
    """Begin an amendment; its form is on its page."""
    return _amend(talk, talk.pressed)


@permit("purchase.amend")
def type_amend(talk: Talk) -> Answer:
    """`purchase amend PR-1`."""
    return _amend(talk, talk.typed.key)


_TYPED = (
    ("purchase.ordered", type_order, ("ordered", "purchased", "発注済み", "発注", "発注しました")),
    ("purchase.amend", type_amend, ("amend", "amendment", "変更稟議", "変更")),
)


def _order(talk: Talk, key: str, fields: Mapping[str, Any]) -> Answer:
    wanted = load(OrderIn(), fields)
    service.purchase(talk.actor, key, on=wanted["on"], reference=wanted.get("reference"), now=talk.now)
    return answers.say(talk.reader, "purchase.order.done", key=key)


def _amend(talk: Talk, key: str) -> Answer:
    fresh = service.amend(talk.actor, key, now=talk.now)
    line = talk.reader.say("purchase.order.amended", key=key, fresh=fresh.key)
    address = identity.address(f"/purchases/{fresh.key}/edit")
    page = blocks.button(
        talk.reader.say("purchase.news.open"), "purchase.page", fresh.key, url=address, style="primary"
    )
    return Say(line, [blocks.section(blocks.escape(line)), blocks.actions(page)])


def _form(talk: Talk, key: str) -> Block:
    reader, title = talk.reader, _title(talk, key)
    day = blocks.day_picker("on", value=people.today(talk.now).isoformat())
    number = blocks.text_input("reference", longest=LONGEST_REFERENCE)
    shown = [
        blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}"),
        blocks.entry("on", reader.say("purchase.order.on"), day),
        blocks.entry("reference", reader.say("purchase.order.reference"), number, optional=True),
    ]
    return blocks.modal(
        ORDERING, reader.say("purchase.order.title"), shown, close=reader.say("slack.cancel"),
        submit=reader.say("purchase.order.submit"), data={"key": key},
    )  # fmt: skip


def _title(talk: Talk, key: str) -> str:
    """What it is called. Raises NotFound, and what ordering it would raise if it is not this person's to order."""
    purchase = queries.get_purchase(talk.actor, key)
    permits.check("purchase.purchase", queries.relations(talk.actor, purchase), purchase.state)
    return purchase.title
