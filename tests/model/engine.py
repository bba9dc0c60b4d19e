"""The product's own verbs, and what became of a request, in the words of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.queries import Chain
from collab.approvals.queries.conditions import list_conditions
from collab.approvals.service import adding, asking, circulating, meeting, moving, revoking
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Busy, DomainError, Invalid, NotAllowed, NotFound, NotNow, Stale
from collab.people import queries as people
from collab.people import service as staff
from collab.people.queries.standing_in import list_open_of
from collab.people.service import Terms
from collab.purchases import service as purchases
from collab.purchases.models import Purchase
from collab.purchases.queries.sharing import members_shared_with
from collab.purchases.service import ordering
from tests.factories import Company, request_fields
from tests.factories.company import address
from tests.model.beside import EVERYBODY
from tests.model.plain import INVALID, NOT_ALLOWED, NOT_NOW

KINDS: tuple[tuple[tuple[type[DomainError], ...], str], ...] = (
    ((NotAllowed, NotFound), NOT_ALLOWED), ((NotNow, Stale), NOT_NOW), ((Invalid,), INVALID),
)  # fmt: skip
LAST: list[str] = []
DONE = "done"
ENDED = ("planned", "waiting", "passed", "closed")


def outcome_of(act: Callable[[], object], *, racing: bool = False) -> str:
    """What became of a verb: done, or the way it was refused. A conflict in the database is no refusal, but in a race."""
    try:
        act()
    except DomainError as refusal:
        LAST[:] = [refusal.said_code]
        if isinstance(refusal, Busy) or (refusal.said_code == "conflict" and not racing):
            raise
        return next(kind for errors, kind in KINDS if isinstance(refusal, errors))
    finally:
        db.session.rollback()
    return DONE


class Engine:
    """The company's services. Every method of a verb takes the same words as the model's."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.ids = {name: company.id(name) for name in EVERYBODY}
        self.names = {member: name for name, member in self.ids.items()}
        self.new = ""

    def do(self, verb: str, who: str, key: str, said: Mapping[str, Any]) -> str:
        """One verb by one person, now."""
        actor, now = self.company.member(who), self.company.later()
        return outcome_of(lambda: getattr(self, f"_{verb}")(actor, key, now, **said))

    def race(self, verb: str, actor: Actor, key: str, said: Mapping[str, Any], now: datetime) -> str:
        """The same among many at once: losing to somebody who was faster is an answer, too."""
        return outcome_of(lambda: getattr(self, f"_{verb}")(actor, key, now, **said), racing=True)

    def write(self, who: str, whom: str | None, content: Mapping[str, Any]) -> str:
        """A draft; its key."""
        fields = request_fields(
            category="other", on_behalf_of=address(whom) if whom else None, visibility="involved", **_fields(content)
        )
        return purchases.draft(self.company.member(who), fields, now=self.company.later()).key

    def routes(self, text: str) -> None:
        """Another route book is in force."""
        service.take([text], actor=None, now=self.company.later())

    def go_away(self, who: str, deputy: str | None) -> None:
        self.company.later()
        self.company.away(who, deputy=deputy, days=200)
        people.forget()

    def come_back(self, who: str) -> None:
        staff.be_back(self.company.member(who), now=self.company.later())
        people.forget()

    def delegate(self, who: str, deputy: str, may_decide: bool) -> None:
        now = self.company.later()
        today = people.today(now)
        terms = Terms(today, today + timedelta(days=200), may_decide=may_decide)
        found = staff.propose_delegation(self.company.member(who), deputy=address(deputy), terms=terms, now=now)
        staff.confirm_delegation(self.company.member(deputy), found.id, now=self.company.later())
        people.forget()

    def end_delegation(self, who: str, deputy: str) -> None:
        now, ids = self.company.later(), (self.ids[who], self.ids[deputy])
        found = next(one for one in list_open_of(self.ids[who]) if (one.principal, one.deputy) == ids)
        staff.end_delegation(self.company.member(who), found.id, now=now)
        people.forget()

    def look_again(self) -> None:
        moving.look_again(now=self.company.later())

    def leave(self, who: str) -> None:
        self.company.later()
        self.company.leaves(who)
        people.forget()

    # The verbs

    def _edit(self, actor: Any, key: str, now: Any, **content: Any) -> None:
        purchases.edit(actor, key, _fields(content), seen=None, now=now)

    def _submit(self, actor: Any, key: str, now: Any) -> None:
        purchases.submit(actor, key, now=now)

    def _withdraw(self, actor: Any, key: str, now: Any) -> None:
        purchases.withdraw(actor, key, now=now)

    def _drop(self, actor: Any, key: str, now: Any) -> None:
        purchases.drop(actor, key, now=now)

    def _say(self, actor: Any, key: str, now: Any, *, verb: str, seen: int | None = None, **more: Any) -> None:
        if more.get("acting_for"):
            more["acting_for"] = self.ids[more["acting_for"]]
        if "conditions" in more:
            more["conditions"] = [_condition(one, now) for one in more["conditions"]]
        service.decide(key=key, actor=actor, verb=verb, now=now, seen_version=seen, **more)

    def _lift(self, actor: Any, key: str, now: Any, *, comment: str | None = None, seen: int | None = None) -> None:
        service.lift(key=key, actor=actor, now=now, comment=comment, seen_version=seen)

    def _undo(self, actor: Any, key: str, now: Any) -> None:
        service.undo(key=key, actor=actor, now=now)

    def _hold(self, actor: Any, key: str, now: Any, *, reason: str | None, days: int) -> None:
        until_on = people.today(now) + timedelta(days=days)
        service.hold(key=key, actor=actor, reason=reason or "", until_on=until_on, now=now)

    def _release(self, actor: Any, key: str, now: Any) -> None:
        service.release(key=key, actor=actor, now=now)

    def _add_step(self, actor: Any, key: str, now: Any, *, members: list[str], **more: Any) -> None:
        adding.add_step(key=key, actor=actor, members=[self.ids[who] for who in members], now=now, **more)

    def _revoke(self, actor: Any, key: str, now: Any, *, reason: str | None) -> None:
        service.revoke(key=key, actor=actor, reason=reason or "", now=now)

    def _ask_to_revoke(self, actor: Any, key: str, now: Any, *, reason: str | None) -> None:
        revoking.ask_to_revoke(key=key, actor=actor, reason=reason or "", now=now)

    def _answer_revocation(self, actor: Any, key: str, now: Any, *, answer: str, comment: str | None) -> None:
        revoking.answer_revocation(key=key, actor=actor, answer=answer, comment=comment, now=now)

    def _meet(self, actor: Any, key: str, now: Any, *, number: int) -> None:
        meeting.meet(key=key, number=number + 1, actor=actor, now=now)

    def _waive(self, actor: Any, key: str, now: Any, *, number: int, reason: str | None) -> None:
        meeting.waive(key=key, number=number + 1, actor=actor, reason=reason, now=now)

    def _purchase(self, actor: Any, key: str, now: Any, *, days: int = 0) -> None:
        ordering.purchase(actor, key, on=people.today(now) + timedelta(days=days), now=now)

    def _amend(self, actor: Any, key: str, now: Any) -> None:
        self.new = purchases.amend(actor, key, now=now).key

    def _share(self, actor: Any, key: str, now: Any, *, members: list[str]) -> None:
        purchases.share(actor, key, [address(who) for who in members], None, now=now)

    def _circulate(self, actor: Any, key: str, now: Any, *, members: list[str], confirm: bool) -> None:
        readers = [address(who) for who in members]
        circulating.circulate(key=key, actor=actor, members=readers, confirm=confirm, now=now)

    def _read(self, actor: Any, key: str, now: Any) -> None:
        circulating.read(key=key, actor=actor, now=now)

    def _ask(self, actor: Any, key: str, now: Any, *, member: str, question: str | None) -> None:
        asking.ask(key=key, actor=actor, member=address(member), question=question or "", now=now)

    def _answer(self, actor: Any, key: str, now: Any, *, number: int, answer: str | None) -> None:
        ids = dict(enumerate(row.id for row in approvals.list_questions(key)))
        asking.answer(key=key, actor=actor, question=ids.get(number, 0), answer=answer or "", now=now)

    # What became of it

    def plan(self, key: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The steps and seats a round was given, as the model takes them."""
        chain = approvals.get_chain(key)
        steps = [
            {
                "name": step["name_en"],
                "added": False,
                "block": step["block"],
                "confirm": bool(step.get("confirm")),
                **{name: step[name] for name in _STEP},
            }
            for step in chain.steps
        ]
        seats = [
            {
                "step": seat.step, "place": seat.position, "who": self.names[seat.member], "owner": self._name(seat.instead_of),
                "office": seat.office, "veto": bool(chain.steps[seat.step]["seats"][seat.position]["veto"]),
            }
            for seat in chain.seats
        ]  # fmt: skip
        return steps, seats

    def proxy_decide(self, key: str) -> bool:
        """Whether a deputy may take the final decision."""
        return bool(approvals.get_chain(key).route["proxy_decide"])

    def stands(self, key: str) -> dict[str, Any]:
        """A request as the database has it."""
        db.session.rollback()
        purchase = db.session.get_one(Purchase, int(key.partition("-")[2]), populate_existing=True)
        found = {"state": purchase.state, "version": purchase.content_version, "rounds": purchase.round}
        found["shared"] = sorted(self.names[member] for member in members_shared_with(purchase.id))
        if purchase.round:
            chain = approvals.get_chain(key)
            found |= {"round": chain.state, "seats": [self._seat(chain, seat) for seat in chain.seats]}
            found |= self._beside(key, chain)
        return found

    def _beside(self, key: str, chain: Chain) -> dict[str, Any]:
        name = self.names
        return {
            "conditions": [(name[one.owner], one.before_order, one.state) for one in list_conditions(key)],
            "questions": [(name[one.asker], name[one.asked], one.answered_at is not None) for one in approvals.list_questions(key)],
            "papers": sorted(
                (name[one.member], one.why, one.confirm, one.read_at is not None)
                for one in approvals.list_readings(key) if one.round_id == chain.id
            ),
        }  # fmt: skip

    def inbox(self, who: str) -> set[str]:
        """What waits for somebody to decide."""
        actor = self.company.member(who)
        return {row.key for row in approvals.inbox([actor], self.company.now).get(actor.id, ())}

    def _seat(self, chain: Chain, seat: Any) -> tuple[Any, ...]:
        return seat_line(
            chain.state,
            {
                "step": seat.step, "who": self.names[seat.member], "owner": self._name(seat.instead_of), "state": seat.state,
                "turn": seat.turn, "by": self._name(seat.decided_by), "opinion": seat.opinion, "carried": bool(seat.carried_from),
                "held": seat.held_until is not None,
            },
        )  # fmt: skip

    def _name(self, member: int | None) -> str | None:
        return self.names[member] if member else None


_STEP = ("kind", "rule", "keys", "branch", "join", "lift")


def seat_line(round_state: str, seat: Mapping[str, Any]) -> tuple[Any, ...]:
    """A seat to be compared; in a round that is over it does not matter how it was not decided on."""
    state = "closed" if round_state != "pending" and seat["state"] in ENDED else seat["state"]
    names = ("step", "who", "owner", "turn", "by", "opinion", "carried", "held")
    return (state, *(seat[name] for name in names))


def _fields(content: Mapping[str, Any]) -> dict[str, Any]:
    names = {"material": "amount", "rest": "purpose"}
    return {names[name]: str(value) for name, value in content.items()}


def _condition(one: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    due_on = people.today(now) + timedelta(days=one["days"])
    return {"text": "Sign it.", "owner": address(one["owner"]), "due_on": due_on, "before_order": one["before_order"]}
