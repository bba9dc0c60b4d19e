"""What Slack shows of a proposed change of routes: who proposes it and why, what it would have changed, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.wording import cut

REASON = 600


@dataclass(frozen=True)
class ProposalNow:
    """A proposal as it stands; `asks` is whether its reader may take it. `tried` and `changed` count submissions of 90 days."""

    number: int
    state: str
    reason: str
    by: str
    proposed_at: datetime
    address: str
    asks: bool = False
    ended_by: str = ""
    comment: str = ""
    tried: int = 0
    changed: int = 0


def headline(now: ProposalNow, reader: Reader) -> str:
    """What is asked, or what became of it."""
    if now.state == "open":
        return reader.say("routes.proposal.ask" if now.asks else "routes.proposal.state.open")
    return reader.say(f"routes.proposal.ended.{now.state}", who=now.ended_by)


def card(now: ProposalNow, reader: Reader) -> Rendered:
    """The card of a proposal."""
    line = headline(now, reader)
    title = reader.say("routes.proposal.title", n=now.number)
    shown = [
        blocks.section(f"{blocks.bold(line)}\n{blocks.link(now.address, title)}"),
        blocks.facts(
            [
                (reader.say("routes.proposal.by"), now.by),
                (reader.say("routes.proposal.at"), reader.moment(now.proposed_at)),
                (reader.say("routes.proposal.effect"), effect_line(now, reader)),
            ]
        ),
        blocks.quotation(now.reason, REASON),
    ]
    if now.comment:
        shown.append(blocks.quotation(now.comment, REASON))
    if now.state == "open" and now.asks:
        look = blocks.button(
            reader.say("routes.proposal.look"), "approval.page", str(now.number), url=now.address, style="primary"
        )
        shown.append(blocks.actions(look))
    return Rendered(f"{line}: {title} {cut(now.reason, 200)}", shown)


def effect_line(now: ProposalNow, reader: Reader) -> str:
    """How many of the submissions tried would have gone another way."""
    return (
        reader.say("routes.effect.count", changed=now.changed, tried=now.tried)
        if now.tried
        else reader.say("routes.effect.none")
    )


def line(now: ProposalNow, reader: Reader) -> str:
    """The proposal in one line of a bundle."""
    about = blocks.link(now.address, reader.say("routes.proposal.title", n=now.number))
    return f"{blocks.bold(headline(now, reader))}\n{about} · {blocks.escape(cut(now.reason, 150))}"
