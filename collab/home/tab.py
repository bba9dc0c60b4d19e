"""The Home tab: what needs me first, with the same rows and count as everywhere; then my goals, my tasks, my requests. How I am
told things is one tap away, right below the title."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.goals.messages.checkins import ALL, CHECK_IN
from collab.goals.queries.lists import OPEN_ONES, Filter, find_worst
from collab.goals.slack.seeing import goal_rows
from collab.home import queries, settings, waiting
from collab.home.queries import Running
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.nudges.rules.presses import LOOK
from collab.people import queries as people
from collab.slack import answers, blocks, identity, screens
from collab.slack.blocks import Block
from collab.slack.identity import Stranger
from collab.slack.registry import edges
from collab.slack.screens import HomeTab
from collab.slack.talk import News
from collab.slack.wording import cut
from collab.subjects.queries import inbox
from collab.tasks.messages.cards import ASK
from collab.tasks.slack.lines import task_rows

MOST_WAITING, MOST_GOALS, MOST_AROUND, MOST_TASKS = 10, 5, 3, 4
PAGE = "inbox.page"
AWAY = "people.away_form"


def install() -> None:
    """Hear of its being opened, and know how it looks."""
    edges.add_event("app_home_opened", opened)
    edges.add_screen(screens.HOME, render)


@permit("slack.speak")
def opened(news: News) -> None:
    """Somebody looks at it: it is shown as it is now."""
    user = news.event.get("user")
    if news.event.get("tab") == "home" and isinstance(user, str) and user:
        screens.want_home(news.team, user, now=news.now)


def render(args: Mapping[str, Any], now: datetime) -> HomeTab:
    """As its owner may see it at this moment; a stranger is told how to become known, and nothing of the company."""
    who = identity.meet(str(args["team"]), str(args["user"]))
    if isinstance(who, Stranger):
        reader = Reader(company().locale, company().zone)
        return HomeTab(
            str(args["user"]), [dict(block) for block in answers.welcome(reader, identity.greet(who)).blocks]
        )
    return HomeTab(str(args["user"]), blocks_for(who, Reader(who.locale, who.zone), now))


def blocks_for(member: Actor, reader: Reader, now: datetime) -> list[Block]:
    """The whole tab of a member."""
    shown = _inbox(member, reader, now)
    if permits.allows("goal.list", member.roles):
        shown += _goals(member, reader, now)
    if permits.allows("task.list", member.roles):
        shown += _tasks(member, reader, now)
    return shown + _requests(member, reader, now)


def _inbox(member: Actor, reader: Reader, now: datetime) -> list[Block]:
    rows = inbox(member, now) if permits.allows("inbox.show", member.roles) else []
    top = [
        blocks.header(waiting.title(rows, reader)),
        blocks.context(blocks.escape(settings.line(member, reader, now))),
    ]
    quick = blocks.actions(*_quick(member, reader), block_id="home.quick")
    if not rows:
        return [*top, quick, blocks.section(blocks.escape(waiting.what_next(member, reader)))]
    listed = waiting.listed(rows, reader, now, most=MOST_WAITING)
    return [*top, quick, *listed, *waiting.circulated(member, rows, reader, most=MOST_WAITING)]


def _quick(member: Actor, reader: Reader) -> list[Block]:
    """What is done most, as far as they may, and the settings."""
    offered = [
        ("purchase.draft", "file", "purchase.new", "-"), ("task.ask", "ask", ASK, "-"), ("goal.check_in", "check_in", CHECK_IN, ALL),
        ("absence.own", "away", AWAY, "-"),
    ]  # fmt: skip
    found = [
        blocks.button(reader.say(f"home.tab.do.{name}"), f"{action}:quick", value)
        for verb, name, action, value in offered
        if action in edges.actions and permits.allows(verb, member.roles | {"owner"}, "active")
    ]
    return [*found, *_boards(member, reader), blocks.button(reader.say("home.tab.do.settings"), settings.OPEN, "-")]


def _boards(member: Actor, reader: Reader) -> list[Block]:
    """Where the company stands, for whoever holds an office or leads a department."""
    if not (member.offices or member.leads) or not permits.allows("dashboard.show", member.roles):
        return []
    return [
        blocks.button(reader.say("home.tab.do.boards"), f"{PAGE}:boards", "boards", url=identity.address("/dashboards"))
    ]


def _goals(member: Actor, reader: Reader, now: datetime) -> list[Block]:
    """Those I answer for or help; then what else runs in my department. The worst first."""
    mine, in_all = find_worst(member, Filter(mine=True, state=OPEN_ONES), now=now, limit=MOST_GOALS)
    shown = _head("goals", in_all, "/goals", reader) + goal_rows(member, mine, "mine", reader, now)
    if not mine:
        shown.append(blocks.context(blocks.escape(reader.say("home.tab.none.goals"))))
    if member.department is None or member.is_partner:
        return shown
    narrowed = Filter(state="active", department=member.department)
    around, _count = find_worst(member, narrowed, now=now, limit=MOST_AROUND + len(mine))
    own = {one.goal.id for one in mine}
    others = [one for one in around if one.goal.id not in own][:MOST_AROUND]
    if not others:
        return shown
    name = next((reader.name(row) for row in people.list_departments() if row.code == member.department), "")
    said = blocks.section(blocks.bold(reader.say("home.tab.around", department=name)))
    return [*shown, said, *goal_rows(member, others, "department", reader, now)]


def _tasks(member: Actor, reader: Reader, now: datetime) -> list[Block]:
    """What is asked of me, what I asked for, and whose move each is."""
    shown: list[Block] = []
    for name, count, rows in task_rows(member, reader, now, most=MOST_TASKS):
        if rows:
            shown += [*_head(f"tasks_{name}", count, "/tasks", reader), *rows]
    if shown:
        return shown
    none = blocks.context(blocks.escape(reader.say("home.tab.none.tasks")))
    return [*_head("tasks_mine", 0, "/tasks", reader), none]


def _requests(member: Actor, reader: Reader, now: datetime) -> list[Block]:
    mine = queries.list_running(member)
    if not mine:
        return []
    return [*_head("requests", len(mine), "/purchases", reader), *(_request(one, reader, now) for one in mine)]


def _request(one: Running, reader: Reader, now: datetime) -> Block:
    facts = [reader.say(f"web.status.{one.state}")]
    if one.with_whom and one.since:
        facts.append(reader.say("home.with", names=list(one.with_whom), time=reader.ago(one.since, now)))
    about = blocks.link(identity.address(one.path), cut(f"{one.key} {one.title}", 120))
    button = blocks.button(reader.say("home.open"), f"{LOOK}:own:{one.key}", one.key)
    return blocks.section(f"{about}\n{blocks.escape(' · '.join(facts))}", accessory=button)


def _head(name: str, count: int, path: str, reader: Reader) -> list[Block]:
    """The head of a part: what it is, how many, where all of it stands."""
    words = reader.say(f"home.tab.{name}")
    go = blocks.button(reader.say("home.tab.all"), f"{PAGE}:{name}", name, url=identity.address(path))
    said = f"{blocks.bold(words)} ({count})" if count else blocks.bold(words)
    return [{"type": "divider"}, blocks.section(said, accessory=go)]
