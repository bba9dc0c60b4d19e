"""An ordinary quarter of the sample company, drawn from a seed and replayed through the services with a moving clock.

People file requests and ask other departments; everybody answers what waits for them after a while of their own working
time, some of it late, some of it after an absence.

Nothing is delivered. What is counted is every card that asks its reader to act, at the moment at which they can read it: one
that is held (to an opening, to a later moment) counts then, and only if its renderer still has something to say. Each card
counts: being asked, the last chance for the same thing days later, and what climbs to somebody are one each. News, daily
reminders and repainted cards ask nobody and count for nothing.

quarter = Quarter(company, seed=4)
quarter.run(date(2027, 4, 1), date(2027, 6, 30))
quarter.asked("cmo")          # {"2027-W14": 6, ...}: how often somebody was asked to act, by week
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from collab.approvals import service as approvals
from collab.calendars.queries import calendar_or_default
from collab.escalations import service as escalations
from collab.goals import service as goals
from collab.goals.queries.checkin_form import list_asked
from collab.goals.service import rhythm
from collab.goals.service.checking_in import check_in_all
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import DomainError
from collab.kernel.i18n import Reader
from collab.kernel.keys import number_of
from collab.nudges import service as nudges
from collab.outbox.models import Message
from collab.outbox.registry import Envelope, kinds
from collab.outbox.rules import groups
from collab.people import queries as people
from collab.people import service as staffing
from collab.purchases import service as purchases
from collab.subjects.queries import inbox
from collab.subjects.registry import InboxRow
from collab.tasks import service as tasks
from tests.factories.company import Company, address
from tests.factories.papers import LARGE, request_fields

TOKYO = ZoneInfo("Asia/Tokyo")
LOOKS = (time(9, 5), time(11, 30), time(14, 30), time(17, 30))
"""When people look at what waits for them, and sweeps run."""
FILERS = ("mika", "nao", "kenji", "emma", "sales-lead", "service-lead", "mika", "kenji")
ASKERS = ("mika", "nao", "kenji", "emma", "sales-lead", "service-lead", "cmo", "cio")
STAFF = {"cmo": "nao", "cio": "kenji", "sales-lead": "emma"}
"""To whom a lead hands over what their department is asked."""
REQUESTS, ASKS = 4, 8
"""A week, in all: each of these people files something every other week, and asks another department every week."""
LATE, LATE_BY = 1 / 8, 240
"""How many answers come late, and by how many minutes of work in the mean."""
AWAY = (("cmo", "nao", 3), ("cfo", "ceo", 6), ("kenji", "admin", 8), ("cio", "kenji", 10))
"""Who is away for a week, who stands in, in which week of the quarter."""

BEFORE = 180
"""Minutes: nobody who means to be in time leaves it to the look that may come too late."""


@dataclass
class Quarter:
    """The company, its clock, and who will act on what when."""

    company: Company
    seed: int
    plans: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    looking: set[int] = field(default_factory=set)
    promises: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    goals: Sequence[str] = ()
    _heard: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _by_kind: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _held: list[Message] = field(default_factory=list)
    _last: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.moods = random.Random(
            self.seed + 1
        )  # of those who check in: the rest is drawn as it was before there were goals

    def run(self, first: date, last: date) -> None:
        """Live through these days."""
        with self.company.indoors():
            self.actors = {actor.id: actor for actor in people.list_actors(self._at(first, LOOKS[0]))}
            for key in self.goals:
                rhythm.begin(number_of("G", key), now=self._at(first, LOOKS[0]))
            for number, week in enumerate(_weeks(first, last), start=1):
                happenings = self._drawn(week, number)
                for moment in (self._at(day, look) for day in week for look in LOOKS):
                    self._live(moment, [each for each in happenings if each[0] <= moment])
                    happenings = [each for each in happenings if each[0] > moment]

    def asked(self, name: str) -> Counter[str]:
        """How often somebody was asked to act, by ISO week of their zone."""
        return self._heard[name]

    def kinds_of(self, name: str) -> Counter[str]:
        """What they were asked, by kind of message."""
        return self._by_kind[name]

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, TOKYO)

    # -- what happens

    def _drawn(self, week: Sequence[date], number: int) -> list[tuple[datetime, str, str]]:
        """Requests, asks and absences of a week; nothing begins on a day off."""
        calendar = calendar_or_default("tokyo")
        days = [day for day in week if calendar.is_business_day(day)]
        if not days:
            return []
        share = len(days) / 5
        wanted = [("file", FILERS)] * round(REQUESTS * share) + [("ask", ASKERS)] * round(ASKS * share)
        drawn = [(self._some_time(days), what, self.chance.choice(who)) for what, who in wanted]
        drawn += [(self._at(days[0], LOOKS[0]), "away", name) for name, _deputy, in_week in AWAY if in_week == number]
        return sorted(drawn)

    def _some_time(self, days: Sequence[date]) -> datetime:
        return self._at(self.chance.choice(days), self.chance.choice(LOOKS))

    def _live(self, now: datetime, happenings: Sequence[tuple[datetime, str, str]]) -> None:
        self.company.now = now
        staffing.sweep(now=now)
        for _at, what, name in happenings:
            self._try(what, getattr(self, f"_{what}"), name, now)
        self._act(now)
        approvals.sweep(now=now)
        goals.sweep(now=now)
        escalations.sweep(now=now)
        if now.timetz().replace(tzinfo=None) == LOOKS[0]:
            nudges.sweep(now=now)
        self._hear(now)

    def _try(self, what: str, act: Any, *about: Any) -> None:
        """People try what is not possible any more, and go on."""
        try:
            act(*about)
            self.events[what] += 1
        except DomainError as refusal:
            db.session.rollback()
            self.events[f"{what} refused: {refusal.said_code}"] += 1

    def _file(self, name: str, now: datetime) -> None:
        amount = self.chance.choice(("180000", "420000", "800000", "2400000", "14000000"))
        more = LARGE if int(amount) >= 1_000_000 else {}
        category = self.chance.choice(("martech", "service", "other", "service", "infrastructure"))
        fields = request_fields(amount=amount, category=category, title=f"{category} {self.events['file']}", **more)
        purchases.file(self._actor(name, now), fields, now=now)

    def _ask(self, name: str, now: datetime) -> None:
        me = self._actor(name, now)
        to = self.chance.choice(
            [code for code in ("marketing", "it", "sales", "service", "finance") if code not in me.departments]
        )
        fields = {"title": f"Figures {self.events['ask']}", "to_department": to}
        if to in ("marketing", "it") and self.chance.random() < 0.5:  # people ask whom they know
            fields["assignee"] = address(
                self.chance.choice({"marketing": ("mika", "nao"), "it": ("kenji", "admin")}[to])
            )
        fields["severity"] = "urgent" if self.chance.random() < 0.1 else "normal"
        tasks.ask(me, fields, source="web", now=now)

    def _away(self, name: str, now: datetime) -> None:
        deputy = next(deputy for who, deputy, _week in AWAY if who == name)
        until = now.date() + timedelta(days=4)
        staffing.be_away(self._actor(name, now), from_on=now.date(), until_on=until, deputy=address(deputy), now=now)

    # -- what people do about it

    def _act(self, now: datetime) -> None:
        """Everybody who heard something, or planned to act by now, looks at what waits for them."""
        due = {self._id(name) for (name, *_), at in self.plans.items() if at <= now}
        due |= {member for member, at in self.promises.values() if at <= now}
        away = {member for member, here in people.presence(self.actors, now).items() if here.away}
        for member in sorted((self.looking | due) - away):
            me = people.get_actor(member, now)
            if calendar_or_default(me.calendar).is_open(now):
                self.looking.discard(member)
                self._look(me, now)

    def _look(self, me: Actor, now: datetime) -> None:
        name = me.email.partition("@")[0]
        rows = {(name, row.key, row.ask.key + str(row.since)): row for row in inbox(me, now)}
        for gone in [plan for plan in self.plans if plan[0] == name and plan not in rows]:
            del self.plans[gone]
        for key in [key for key, (who, at) in self.promises.items() if who == me.id and at <= now]:
            del self.promises[key]
            self._try("done", self._done, me, key, now)
        for plan, row in rows.items():
            if self.plans.setdefault(plan, self._when(me, row, now)) <= now:
                del self.plans[plan]
                self.looking.add(me.id)  # what they did may leave them something else to do
                self._try(row.ask.key, self._answer, me, row, now)

    def _when(self, me: Actor, row: InboxRow, now: datetime) -> datetime:
        """Some time before it is due, in one's own working time; one in eight after it was due."""
        return self._by(me, row.due_at, now, 0.2, self.moods if row.ask.key.startswith("goal.") else self.chance)

    def _by(
        self, me: Actor, due_at: datetime | None, now: datetime, mostly: float, chance: random.Random | None = None
    ) -> datetime:
        chance = chance or self.chance
        calendar = calendar_or_default(me.calendar)
        left = calendar.between(now, due_at) if due_at else 480
        if left <= 0 or chance.random() < LATE:
            return calendar.add(max(now, due_at or now), round(chance.expovariate(1 / LATE_BY)))
        return calendar.add(now, round(max(left - BEFORE, left / 4) * chance.triangular(0.1, 1, mostly)))

    def _done(self, me: Actor, key: str, now: datetime) -> None:
        tasks.done(me, key, now=now)

    def _answer(self, me: Actor, row: InboxRow, now: datetime) -> None:
        if row.ask.key.startswith("approval.ask"):
            verb = self.chance.choices(("approve", "return", "reject"), (88, 9, 3))[0]
            comment = None if verb == "approve" else "Please say more about the use."
            approvals.decide(key=row.key, actor=me, verb=verb, comment=comment, now=now)
        elif row.ask.key == "purchase.ask.resubmit":
            purchases.submit(me, row.key, now=now)
        elif "acknowledge" in row.actions:
            escalations.acknowledge(actor=me, escalation_id=int(row.path.rpartition("/")[2]), now=now)
        elif "acknowledge_checkin" in row.actions:
            pass  # read with one's own check-in
        elif row.ask.key.startswith("goal."):
            asked = {turn.key: {"no_change": True} for turn in list_asked(me, now)}
            check_in_all(me, asked, now=now)
        else:
            self._move_task(me, row, now)

    def _move_task(self, me: Actor, row: InboxRow, now: datetime) -> None:
        lead = STAFF.get(me.email.partition("@")[0])
        verb = row.actions[0]
        if verb == "accept" and lead and self.chance.random() < 0.7:
            tasks.hand_over(me, row.key, to=address(lead), now=now)
        elif verb == "accept" and self.chance.random() < 0.08:
            tasks.decline(me, row.key, reason="We have no such figures.", now=now)
        elif verb == "accept":
            moved = tasks.accept(me, row.key, due=self.chance.choice(("1bd", "2bd", "3bd", "5bd")), now=now)
            self.promises[row.key] = (me.id, self._by(me, moved.due_at, now, 0.9))
        else:
            said = {"answer": {"text": "All of them."}}.get(verb, {})
            getattr(tasks, verb)(me, row.key, **said, now=now)

    # -- what they hear

    def _hear(self, now: datetime) -> None:
        fresh = db.session.scalars(select(Message).where(Message.id > self._last).order_by(Message.id)).all()
        self._last = max([self._last, *(row.id for row in fresh)])
        rows = [row for row in fresh if row.kind in kinds]  # what is painted anew is no message
        held = [row for row in self._held if row.due_at <= now and self._is_still_said(row, now)]
        self._held = [row for row in (*self._held, *rows) if row.due_at > now]
        for row in (*held, *(row for row in rows if row.due_at <= now)):
            readers = groups.members_of(row.channel) if row.channel else (row.member_id,)
            for member in readers:
                if member in self.actors:
                    self._told(self.actors[member], row, now)
        db.session.rollback()

    def _is_still_said(self, row: Message, now: datetime) -> bool:
        """As delivery asks once more: what was settled while it was held is not said."""
        readers = groups.members_of(row.channel) if row.channel else ()
        reader = people.get_actor(row.member_id, now) if row.member_id else None
        envelope = Envelope(row.subject_key, row.args, reader, Reader("en"), now, row.id, tuple(readers))
        said = kinds[row.kind].render(envelope) is not None
        self.events["held and said" if said else "held and settled meanwhile"] += 1
        return said

    def _told(self, reader: Actor, row: Message, now: datetime) -> None:
        self.looking.add(reader.id)
        kind, name = kinds[row.kind], reader.email.partition("@")[0]
        if kind.is_must_act:
            year, week, _day = max(row.due_at, now).astimezone(ZoneInfo(reader.zone)).isocalendar()
            self._heard[name][f"{year}-W{week:02}"] += 1
            self._by_kind[name][row.kind] += 1

    def _actor(self, name: str, now: datetime) -> Actor:
        found = people.find_actor_by_email(address(name), now)
        assert found is not None
        return found

    def _id(self, name: str) -> int:
        return next(actor.id for actor in self.actors.values() if actor.email == address(name))


def _weeks(first: date, last: date) -> Iterator[list[date]]:
    """Weeks from Monday, each with its days of the quarter, weekends left out: nobody looks."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    weeks: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in days:
        if day.weekday() < 5:
            weeks[day.isocalendar()[:2]].append(day)
    yield from weeks.values()
