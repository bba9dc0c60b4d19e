"""What somebody does beside deciding: sensible or hostile. Conditions, orders, amendments, readers, questions."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.model.plain import Plain
from tests.model.standing import Dict, concerns

Act = tuple[str, str, dict[str, Any]]
EVERYBODY = (
    "ceo",
    "cmo",
    "cio",
    "cfo",
    "mika",
    "nao",
    "kenji",
    "sales-lead",
    "service-lead",
    "emma",
    "admin",
    "auditor",
    "agency",
)
VERBS = ("meet", "waive", "purchase", "amend", "share", "circulate", "read", "ask", "answer")


def said(random: Random, verb: str) -> dict[str, Any]:
    """Words for a verb, whoever says it of whatever."""
    words = random.choice(["Because.", "Because.", "Because.", None])
    some = random.sample(EVERYBODY, random.choice([1, 1, 2, 3]))
    return {
        "meet": {"number": random.randint(0, 2)}, "waive": {"number": random.randint(0, 2), "reason": words},
        "purchase": {"days": random.choice([0, 0, 0, 0, 1, -400])}, "amend": {}, "share": {"members": random.choice([some, some, some, []])},
        "circulate": {"members": random.choice([some] * 9 + [[]]), "confirm": random.random() < 0.5}, "read": {},
        "ask": {"member": some[0], "question": words}, "answer": {"number": random.randint(0, 2), "answer": words},
    }[verb]  # fmt: skip


def a_condition(random: Random, *, fine: bool = False) -> dict[str, Any]:
    """Usually one that can be met; one of the CEO's is always `fine`."""
    if fine:
        return {"owner": "ceo", "before_order": random.random() < 0.6, "days": 7}
    owner = random.choice([*EVERYBODY[:10]] * 3 + [*EVERYBODY])
    return {"owner": owner, "before_order": random.random() < 0.6, "days": random.choice([7] * 20 + [0, -1, 800])}


def any_act(random: Random, plain: Plain, request: Dict) -> Act | None:
    """Something beside, fitting how the request stands; None where nothing is, or nobody is in the mood."""
    if random.random() > {"approved": 0.7, "purchased": 0.5}.get(request["state"], 0.22):
        return None
    fitting = _fitting(random, plain, request)
    return random.choice(fitting) if fitting else None


def _fitting(random: Random, plain: Plain, request: Dict) -> list[Act]:
    owners = [name for name in (request["by"], request["for"]) if name and not plain.people[name]["gone"]] or [
        request["lead"]
    ]
    owner, state, found = random.choice(owners), request["state"], list[Act]()

    def may(verb: str, who: str, **more: Any) -> None:
        found.append((verb, who, {**said(random, verb), **more}))

    if state in ("draft", "returned"):
        may("share", owner)
    if request["rounds"]:
        _of_readers(random, request, owner, may)
    if state == "pending":
        waiting = [seat for seat in request["rounds"][-1]["seats"] if seat["state"] == "waiting"]
        may("ask", random.choice(waiting)["who"])
        may("ask", random.choice(waiting)["who"], question="Is it so?")
    if state in ("approved", "purchased"):
        _of_promises(random, plain, request, owner, may)
    return found


def _of_readers(random: Random, request: Dict, owner: str, may: Any) -> None:
    round_ = request["rounds"][-1]
    seated = [seat["who"] for seat in round_["seats"] if concerns(seat, seat["who"])]
    may("circulate", random.choice([owner, *seated]))
    unread = [who for (who, _why), paper in round_["papers"].items() if not paper["read"]]
    for who in unread[:2]:
        may("read", who)
    for number, question in enumerate(request["questions"]):
        if not question["answered"]:
            may("answer", question["whom"], number=number)


def _of_promises(random: Random, plain: Plain, request: Dict, owner: str, may: Any) -> None:
    may(random.choice(["amend", "circulate"]), owner)
    if request["state"] == "approved":
        may("purchase", owner)
    for number, condition in enumerate(request["conditions"]):
        if condition["state"] == "open":
            may("meet", condition["owner"], number=number)
            may("waive", random.choice([condition["by"], *plain.people]), number=number)
