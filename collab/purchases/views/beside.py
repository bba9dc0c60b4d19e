"""What the page of a request shows of readers and questions, and what the viewer may do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals.queries import Chain, QuestionView, ReadingView
from collab.approvals.service.circulating import relations
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Named
from collab.purchases import queries
from collab.purchases.queries.beside import state_of
from collab.purchases.queries.details import find_chain
from collab.web.identity import current_member, reader


def panels(key: str) -> dict[str, Any]:
    """Both panels of a request for whoever is signed in; empty for somebody who only knows that it exists."""
    me, how = current_member(), reader()
    purchase = queries.get_purchase(me, key)
    chain = find_chain(purchase)
    if chain is None or not permits.allows("purchase.readings", queries.relations(me, purchase), purchase.state):
        return {}
    here = relations(chain, me)
    may = {verb: permits.allows(f"approval.{verb}", here, chain.state) for verb in ("ask", "circulate")}
    found, asked = approvals.list_readings(key), approvals.list_questions(key)
    names = _names(found, asked)
    return {
        "readings": _readings(found, me, names, how, chain), "questions": [_question(row, me, names, how) for row in asked], "may": may,
        "choices": _choices(me, chain, how) if any(may.values()) else [],
    }  # fmt: skip


def _names(found: Sequence[ReadingView], asked: Sequence[QuestionView]) -> Mapping[int, Named]:
    readers = {member for row in found for member in (row.member, row.asked_by) if member}
    return people.names_of(readers | {member for row in asked for member in (row.asker, row.asked)})


def _choices(me: Actor, chain: Chain, how: Reader) -> list[tuple[str, str]]:
    """Whom one may name: anybody here but oneself; who cannot be given it is refused with words."""
    return [
        (one.email, how.name(one)) for one in people.list_present() if one.id != me.id and one.id not in chain.barred
    ]


def _readings(
    found: Sequence[ReadingView], me: Actor, names: Mapping[int, Named], how: Reader, chain: Chain
) -> dict[str, Any]:
    """Unread ones first; `mine` is what the viewer has yet to confirm."""
    rows = sorted(found, key=lambda row: (not row.waits, row.read_at is None, row.asked_at))
    first = {(row.asked_by, row.note): row.id for row in reversed(rows)}
    mine = [row for row in found if row.member == me.id and row.waits]
    return {
        "rows": [
            _reading(row, names, how, chain) | ({} if first[row.asked_by, row.note] == row.id else {"note": ""}) for row in rows
        ],
        "unread": sum(row.waits for row in found), "asked": sum(row.confirm for row in found),
        "mine": _mine(mine, names, how, chain) if mine else None,
    }  # fmt: skip


def _mine(rows: Sequence[ReadingView], names: Mapping[int, Named], how: Reader, chain: Chain) -> dict[str, Any]:
    """What the viewer has yet to confirm, and why it came to them."""
    return {
        "review": any(row.why == "after_review" for row in rows),
        "why": " / ".join(dict.fromkeys(_why(row, names, how, chain) for row in rows)),
    }


def _why(row: ReadingView, names: Mapping[int, Named], how: Reader, chain: Chain) -> str:
    why = [how.say(f"purchase.why.{row.why}")]
    why += [how.say("purchase.page.by_whom", who=names[row.asked_by])] if row.asked_by else []
    why += [how.say("purchase.page.in_round", n=row.round)] if row.round != chain.number else []
    return " · ".join(why)


def _reading(row: ReadingView, names: Mapping[int, Named], how: Reader, chain: Chain) -> dict[str, Any]:
    state = "read" if row.read_at else "waits" if row.confirm else "told"
    said = (
        how.say("purchase.page.read_on", at=row.read_at)
        if row.read_at
        else how.say("purchase.page.to_confirm" if row.confirm else "purchase.page.for_information")
    )
    return {
        "who": how.name(names[row.member]), "why": _why(row, names, how, chain), "state": state, "said": said, "note": row.note or "",
        "answer": how.say("purchase.page.objection", text=row.answer) if row.answer else "",
    }  # fmt: skip


def _question(row: QuestionView, me: Actor, names: Mapping[int, Named], how: Reader) -> dict[str, Any]:
    state = state_of(row)
    said = how.say("purchase.page.question_closed")
    if state == "answered":
        said = how.say("purchase.page.answer_on", at=row.answered_at)
    elif state == "open":
        said = how.say("purchase.page.answer_by", due=row.due_at) if row.due_at else ""
    pair = how.say("purchase.page.asks", asker=names[row.asker], asked=names[row.asked])
    mine = state == "open" and row.asked == me.id
    return {"id": row.id, "pair": pair, "question": row.question, "answer": row.answer, "said": said, "mine": mine}
