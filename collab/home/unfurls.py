"""What stands behind a shared link of ours: only as far as whoever shares it may see it, and no more than the whole company may,
because others read it too. Never an amount, nothing where people of other companies are in the channel, and not again and again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from collab.channels import queries as channels
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.slack import blocks, identity
from collab.slack import service as slack
from collab.slack.blocks import Block
from collab.slack.registry import edges
from collab.slack.screens import Previews
from collab.slack.talk import News
from collab.slack.wording import cut
from collab.subjects.queries import get_summary
from collab.subjects.registry import Summary

LINK, LATELY = "link", "link.lately"
COMPOSER = "composer"
TOO_MANY = 3
"""So many links in one message are a list to be read, not to be shown."""
SPAN = timedelta(minutes=30)
"""How long the same thing is not shown again in the same conversation."""
_OURS = re.compile(r"/(?:purchases|goals|tasks|agreements|incidents|initiatives|pulses)/([A-Z]{1,3}-[1-9]\d{0,9})/?")


def install() -> None:
    """Hear of shared links, and know how they look."""
    edges.add_event("link_shared", shared)
    edges.add_screen(LINK, render)


@permit("slack.speak")
def shared(news: News) -> None:
    """Links of ours stand in a message, or in one that is being written."""
    event, links = news.event, _links(news.event)
    place, where = _place(event), str(event.get("channel") or "")
    if news.outside or not links or not place or not event.get("user"):
        return
    composing = event.get("source") == COMPOSER
    slot = f"{LINK}:{news.team}:{where}:{event.get('message_ts')}"
    args = {"team": news.team, "user": str(event["user"]), "place": place, "links": links, "slot": slot}
    slack.want(slot, LINK, {**args, "where": "" if composing else where}, now=news.now)


def _links(event: Mapping[str, Any]) -> dict[str, str]:
    """The keys behind the addresses of ours; nothing where there are many."""
    told = event.get("links")
    links = [str(one.get("url") or "") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {link: key for link in links if (key := key_in(link))} if len(links) < TOO_MANY else {}


def key_in(link: str) -> str:
    """The key of the thing an address of ours is the page of; empty for any other address."""
    try:
        given, ours = urlsplit(link), urlsplit(identity.address("/"))
        here = (given.scheme, given.hostname, given.port) == (ours.scheme, ours.hostname, ours.port)
    except ValueError:
        return ""
    found = _OURS.fullmatch(given.path) if here else None
    return found[1] if found else ""


def _place(event: Mapping[str, Any]) -> dict[str, str]:
    """How Slack wants the message named."""
    for names in ({"unfurl_id": "unfurl_id", "source": "source"}, {"channel": "channel", "ts": "message_ts"}):
        place = {ours: str(event.get(theirs) or "") for ours, theirs in names.items()}
        if all(place.values()):
            return place
    return {}


def render(args: Mapping[str, Any], now: datetime) -> Previews | None:
    """What is shown of each link; None where there is nothing to show."""
    who = identity.meet(args["team"], args["user"])
    if not isinstance(who, Actor):
        return None
    reader = _reader(args["team"], args["where"])
    shown = {link: preview(who, key, reader) for link, key in args["links"].items()}
    fresh = {link: found for link, found in shown.items() if found and _is_news(args, args["links"][link], now)}
    return Previews(args["place"], fresh) if fresh else None


def _is_news(args: Mapping[str, Any], key: str, now: datetime) -> bool:
    """Whether it was not shown there lately; what is being written stands nowhere yet."""
    if not args["where"]:
        return True
    slot = f"{LATELY}:{args['team']}:{args['where']}:{key}"
    return slack.first_within(slot, LATELY, args["slot"], span=SPAN, now=now)


def preview(sharer: Actor, key: str, reader: Reader) -> list[Block]:
    """A thing as a conversation may see it; nothing of what its sharer may not see themselves."""
    try:
        theirs = get_summary(sharer, key)
    except NotFound:
        return []
    public = channels.visible([key]).get(key)
    if public is None:
        return [blocks.context(blocks.escape(reader.say("home.unfurl.narrowed")))]
    about = blocks.bold(cut(f"{key} {public.title}", 200))
    facts = [reader.say(f"home.unfurl.kind.{public.kind}"), *_alike(theirs, public, reader)]
    return [blocks.section(f"{about}\n{blocks.escape(' · '.join(facts))}")]


def _alike(theirs: Summary, public: Summary, reader: Reader) -> list[str]:
    """State and person, where the sharer and the company read the same."""
    state = [reader.say(public.state)] if theirs.state == public.state else []
    by = public.by_ja if reader.locale == "ja" else public.by_en
    return [*state, by] if by and (theirs.by_en, theirs.by_ja) == (public.by_en, public.by_ja) else state


def _reader(team: str, where: str) -> Reader:
    """A connected channel reads as it chose, any other as the company does."""
    channel = channels.find_open(team, where) if where else None
    if channel is None:
        return Reader(company().locale, company().zone)
    return Reader(channel.settings.locale, channel.settings.zone)
