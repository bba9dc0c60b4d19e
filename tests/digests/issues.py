"""Issues made by hand: an ordinary one, the fullest there can be, a channel's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from collab.digests.messages.issue import Frame, Shown, shown
from collab.digests.rules.channel import AnswerTime, Blocker, ChannelFacts, Divergence, GoalAtRisk
from collab.digests.rules.content import MOST, SECTIONS, Content, Item, Named, Section
from collab.digests.rules.needs import Need, Needs
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader

NOW = datetime(2026, 11, 23, tzinfo=UTC)
"""A Monday at nine in Tokyo."""
WEEK = "2026-W47"
READERS = {"en": Reader("en", "Asia/Tokyo"), "ja": Reader("ja", "Asia/Tokyo")}
HOSTILE = "<!channel> & *新規* `顧客` _獲得_ ~施策~ :tada: > https://evil.example " * 12
MARKETING, IT = Named("Marketing", "マーケティング部"), Named("IT", "情報システム部")


def frame(locale: str = "en", channel: str = "") -> Frame:
    return Frame(
        WEEK, READERS[locale], NOW, lambda path: f"https://collab.example.com{path}", f"/digests/{WEEK}", channel
    )


def needs(n: int, title: str = "Consent platform renewal", *, more: int = 0) -> Needs:
    """That many, each asked in other words."""
    asks = [("approval.ask.approve", ("approve", "return")), ("goal.checkin.ask.one", ("check_in",)),
            ("approval.ask.condition", ("read",)), ("purchase.ask.resubmit", ("edit",)), ("approval.ask.advocate", ("advocate",))]  # fmt: skip
    return Needs(tuple(
        Need(f"PR-{12 + i}", Text(asks[i % 5][0], {"text": title}), title, f"/purchases/PR-{12 + i}", NOW + timedelta(hours=30 * i - 30),
             Named("Mika Sato", "佐藤美香"), asks[i % 5][1])
        for i in range(n)
    ), more)  # fmt: skip


def item(n: int, title: str = "Repeat purchases of first-time buyers", *, was: int = 52, now: int = 58) -> Item:
    return Item(f"G-{n}", title, f"/goals/G-{n}", "moved", {"was": was, "now": now})


def content(of_each: int, title: str = "Repeat purchases of first-time buyers") -> Content:
    """So many in every section."""
    items = [item(n, title, now=40 + 7 * n) for n in range(1, of_each + 1)]
    return Content(tuple(Section.of(code, items) for code in SECTIONS))


def ordinary(locale: str) -> Shown:
    return shown(content(2), needs(3), frame(locale))


def fullest(locale: str, title: str = HOSTILE) -> Shown:
    """The worst there can be."""
    return shown(content(9, title), needs(MOST, title, more=12), frame(locale))


def channel(locale: str) -> Shown:
    facts = ChannelFacts(
        divergence=(Divergence("G-3", "Repeat purchases", "/goals/G-3", MARKETING, 80, IT, 45),),
        blocker=Blocker("T-31", "Consent banner texts", "/tasks/T-31", MARKETING, IT, NOW - timedelta(days=12)),
        answers=(AnswerTime(MARKETING, IT, 310, 4), AnswerTime(IT, MARKETING, 45, 1)),
        goals=(GoalAtRisk("G-5", "Complaints answered within a day", "/goals/G-5", "off_track", 40, 34),),
    )
    return shown(facts.content, None, frame(locale, MARKETING.name_ja if locale == "ja" else MARKETING.name_en))
