"""How somebody stands to a requirement, and whether that lets them do a verb: nobody answers what they asked, and nobody of one
side answers for the other."""

from __future__ import annotations

from collab.blueprints.queries.items import RequirementView
from collab.blueprints.rules import requirements as rules
from collab.blueprints.service.drawing import Drawn, check_open
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, NotAllowed, NotNow
from collab.kernel.permits import permits
from collab.people import queries as people


def relations_to(actor: Actor, held: Drawn, one: RequirementView) -> frozenset[str]:
    """What somebody is to a requirement: of the side that asks (its lead, who asked, whoever takes part there), the other side's
    lead, or whom that lead named and who stands on that side alone."""
    mine, lead = held.sides.get(actor.id, frozenset()), held.initiative.lead(rules.other(one.side))
    works = bool(held.relations & {"side_lead", "third_lead", "participant"}) or actor.id == one.asker
    named = one.answerer == actor.id and mine == {rules.other(one.side)}
    what = {
        "asking": one.side in mine and works,
        "answering_lead": lead is not None and lead.member == actor.id,
        "answering": named or (lead is not None and lead.member == actor.id),
    }
    return held.relations | {name for name, so in what.items() if so}


def check(actor: Actor, held: Drawn, one: RequirementView, verb: str) -> None:
    """Raise NotAllowed or NotNow unless the actor may do a verb with a requirement as it stands."""
    check_open(held.initiative)
    here = relations_to(actor, held, one)
    if verb in rules.ANSWERS and "answering" in here and actor.id == one.asker:
        raise NotAllowed("requirement_own", verb=f"blueprint.{verb}")
    if verb in ("agree", "met") and "asking" in here and actor.id == one.answerer:
        raise NotAllowed("requirement_own_answer", verb=f"blueprint.{verb}")
    mine = held.sides.get(actor.id, frozenset())
    over = one.state not in (permits[f"blueprint.{verb}"].states or ())
    if verb in rules.ANSWERS and over and one.answerer and one.answered_at and rules.other(one.side) in mine:
        who = people.names_of([one.answerer])[one.answerer]  # a colleague was faster
        raise NotNow("requirement_answered", who=who, at=one.answered_at)
    permits.check(f"blueprint.{verb}", here, one.state)


def passes(actor: Actor, held: Drawn, one: RequirementView, verb: str) -> bool:
    """Whether `check` would pass; for edges that hide a button."""
    try:
        check(actor, held, one, verb)
    except DomainError:
        return False
    return True
