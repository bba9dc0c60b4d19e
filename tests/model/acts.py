"""What somebody does next: mostly what they are asked for, sometimes what they may not."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.model import beside
from tests.model.plain import Plain
from tests.model.standing import Dict, decider, decisions

FILERS = ("mika", "kenji", "emma", "cmo")
SITTERS = ("ceo", "cmo", "cio", "cfo", "nao", "kenji", "sales-lead", "service-lead", "emma", "mika")
LEADS = {"mika": "cmo", "kenji": "cio", "emma": "sales-lead", "cmo": "cmo"}
GOERS = ("cmo", "cio", "cfo", "nao", "kenji", "sales-lead", "service-lead")
SEATS = ("office:CEO", "office:CMO", "office:CIO", "office:CFO", *(f"member:{who}@example.com" for who in SITTERS[4:]))
Act = tuple[str, str, dict[str, Any]]
"""A verb, who, and what is said with it."""


def any_route(random: Random, number: int) -> str:
    """A route file with up to five steps before the one that decides, some of them side by side."""
    steps: list[str] = []
    for block in range(random.randint(0, 2)):
        if random.random() < 0.35:
            join = random.choice(["all", "any", "quorum:2"])
            for branch in range(random.randint(2, 3)):
                inner = {"parallel": f"b{block}", "branch": f"br{branch}", "join": join}
                steps += [_step(random, f"S{len(steps)}-{n}", **inner) for n in range(random.choice([1, 1, 2]))]
        else:
            steps.append(_step(random, f"S{len(steps)}"))
    steps.append(_step(random, "Decision", kind="approve", keys=random.random() < 0.25))
    return f'currency = "JPY"\n[[route]]\ncode = "r{number}"\n' + "\n".join(steps)


def _step(random: Random, name: str, *, kind: str | None = None, keys: bool = False, **block: str) -> str:
    kind = kind or random.choice(["approve"] * 5 + ["review", "consult", "advocate", "circulate"])
    seats = random.sample(SEATS, 2 if keys else random.choice([1, 1, 2, 3]))
    rule = "all" if keys else random.choice(["all", "all", "any", "percent:50", f"quorum:{min(2, len(seats))}"])
    veto = seats[:1] if kind in ("approve", "review") and not keys and random.random() < 0.2 else []
    more = {"confirm": True} if kind == "circulate" and random.random() < 0.5 else {}
    written: dict[str, Any] = {
        "name": name, "kind": kind, "rule": rule, "seats": seats, "veto": veto, "keys": keys, "lift": random.random() < 0.8, **block, **more,
    }  # fmt: skip
    return "[[route.step]]\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in written.items() if value != [])


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)


def on_people(random: Random, plain: Plain, *, leaving: bool) -> Act | None:
    """Somebody goes away, comes back or leaves; never so many that nobody is left: a seat whose every superior
    has gone waits for whoever gets the office next."""
    gone = [who for who in GOERS if plain.people[who]["away"]]
    back = [who for who in gone if not plain.people[who]["gone"]]
    if random.random() < 0.3:
        return a_delegation(random, plain)
    if random.random() < 0.15:
        return "look_again", "the house", {}
    if back and random.random() < 0.5:
        return "come_back", random.choice(back), {}
    asking = any(request["voices"] for request in plain.requests.values())
    if len(gone) >= 3:
        return None
    who = random.choice([name for name in GOERS if name not in gone])
    left = [name for name, person in plain.people.items() if person["gone"]]
    last = plain.people[who]["office"] and any(plain.people[name]["office"] for name in left)
    if leaving and not asking and not last and len(left) < 2 and random.random() < 0.1:
        return "leave", who, {}
    deputies = [name for name in SITTERS if name != who and not plain.people[name]["gone"]]
    return "go_away", who, {"deputy": random.choice([*deputies, None, None])}


def a_delegation(random: Random, plain: Plain) -> Act | None:
    """Somebody hands over what they are asked, or takes it back."""
    here = [name for name in SITTERS if not plain.people[name]["gone"]]
    who, deputy = random.sample(here, 2)
    asked = [
        seat["who"]
        for one in plain.requests.values()
        if one["state"] == "pending"
        for seat in one["rounds"][-1]["seats"]
        if seat["state"] == "waiting" and seat["who"] in here and seat["who"] != deputy
    ]
    who = random.choice(asked) if asked and random.random() < 0.7 else who
    given = [(name, one["to"]) for name in here for one in plain.people[name]["delegates"]]
    if given and random.random() < 0.3:
        who, deputy = random.choice(given)
        return "end_delegation", who, {"deputy": deputy}
    if (who, deputy) in given:
        return None
    return "delegate", who, {"deputy": deputy, "may_decide": random.random() < 0.5}


def on_request(random: Random, plain: Plain, key: str) -> Act:
    """Somebody does something with a request, as it stands or as somebody believes it to."""
    request = plain.requests[key]
    if random.random() < 0.2:
        return _hostile(random, plain, request)
    act = beside.any_act(random, plain, request)
    if act is not None:
        return act
    if request["state"] == "pending":
        return _while_pending(random, plain, request)
    if request["state"] == "approved" and random.random() < 0.5:
        return _after(random, request)
    return _of_the_requester(random, plain, request)


def a_yes(random: Random, request: Dict, seat: Dict) -> dict[str, Any]:
    """What carries a seat on."""
    kind = request["rounds"][-1]["steps"][seat["step"]]["kind"]
    opinion = {"consult": {"opinion": "agree"}, "advocate": {"opinion": "better", "stage": "use"}}.get(kind, {})
    more = {"conditions": (beside.a_condition(random, fine=True),)} if not opinion and random.random() < 0.4 else {}
    return {"verb": kind if opinion else "approve", "comment": "Yes.", **opinion, **more}


def _of_the_requester(random: Random, plain: Plain, request: Dict) -> Act:
    here = [who for who in (request["by"], request["for"]) if who and not plain.people[who]["gone"]]
    who = random.choice(here or ["admin"])
    edit = {random.choice(["material", "rest"]): random.choice([100_000, 200_000, 300_000])}
    choices: dict[str, list[Act]] = {
        "draft": [("submit", who, {})] * 5 + [("edit", who, edit), ("drop", who, {})],
        "returned": [("submit", who, {})] * 5 + [("edit", who, edit)] * 2 + [("withdraw", who, {}), ("drop", who, {})],
    }
    otherwise: list[Act] = [("edit", who, edit), ("withdraw", who, {}), ("drop", who, {}), ("submit", who, {})]
    return random.choice(choices.get(request["state"], otherwise))


def _while_pending(random: Random, plain: Plain, request: Dict) -> Act:
    round_ = request["rounds"][-1]
    waiting = [seat for seat in round_["seats"] if seat["state"] == "waiting"]
    planned = [seat for seat in round_["seats"] if seat["state"] == "planned"]
    said = decisions(round_)
    dice = random.random()
    if dice < 0.12 and planned:
        comment = random.choice([None, "It cannot wait."])
        return (
            "lift",
            random.choice(planned)["who"],
            {"comment": comment, "seen": random.choice([None, request["version"]])},
        )
    if dice < 0.24 and said:
        return "undo", decider(said[-1]), {}
    if dice < 0.26:
        return "withdraw", request["by"], {}
    given = [seat for seat in waiting if plain.people[seat["who"]]["delegates"]]
    seat = random.choice(given if given and random.random() < 0.5 else waiting)
    if dice < 0.38:
        held = [found for found in waiting if found["held"]]
        return _aside(random, random.choice(held) if held and random.random() < 0.8 else seat)
    if dice < 0.44:
        free = [who for who in SITTERS if who not in {seat["who"] for seat in waiting + planned}]
        members = random.sample(free if len(free) > 1 and random.random() < 0.8 else SITTERS, random.choice([1, 1, 2]))
        more = {"kind": random.choice(["approve", "review", "consult"]), "before": random.random() < 0.5}
        return (
            "add_step",
            seat["who"],
            {"members": members, "reason": random.choice(["Ask them.", "Ask them.", None]), **more},
        )
    return _said_by(random, plain, seat, _words(random, request, seat))


def _said_by(random: Random, plain: Plain, seat: Dict, said: dict[str, Any]) -> Act:
    """By whoever holds the seat, or by somebody they have delegated it to."""
    deputies = [one["to"] for one in plain.people[seat["who"]]["delegates"]]
    if deputies and random.random() < 0.5:
        return "say", random.choice(deputies), {**said, "acting_for": random.choice([seat["who"], seat["who"], None])}
    if random.random() < 0.02:
        said["acting_for"] = random.choice(SITTERS)
    return "say", seat["who"], said


def _aside(random: Random, seat: Dict) -> Act:
    if seat["held"] and random.random() < 0.7:
        return "release", seat["who"], {}
    return (
        "hold",
        seat["who"],
        {"reason": random.choice(["Figures to come."] * 4 + [None]), "days": random.choice([3, 3, 30, 31, 0])},
    )


def _words(random: Random, request: Dict, seat: Dict) -> dict[str, Any]:
    """What is said on a seat: usually fitting, sometimes of another kind of step, without words, or of an older content."""
    kind = request["rounds"][-1]["steps"][seat["step"]]["kind"]
    verbs = {"consult": ["consult"], "advocate": ["advocate"]}.get(kind, ["approve"] * 8 + ["return"] * 2 + ["reject"])
    verb = (
        random.choice(verbs)
        if random.random() < 0.95
        else random.choice(["approve", "consult", "advocate", "reject", "return"])
    )
    said: dict[str, Any] = {"verb": verb, "comment": random.choice(["Because.", "Because.", "Because.", None])}
    if verb == "return":
        said |= {
            "to": random.choice(["requester", *range(1, seat["step"] + 2)]),
            "resume": random.choice(["here", "again"]),
        }
    if verb == "consult":
        said |= {"opinion": random.choice(["agree", "opinion", "disagree", "better"])}
    if verb == "advocate":
        said |= {
            "opinion": random.choice(["better", "unchanged", "worse", "worse"]),
            "stage": random.choice(["use", "use", None]),
        }
    if random.random() < 0.1:
        said["seen"] = request["version"] - random.choice([0, 0, 1])
    if random.random() < (0.3 if verb == "approve" else 0.02):
        said["conditions"] = tuple(beside.a_condition(random) for _ in range(random.choice([1, 1, 2])))
    return said


def _after(random: Random, request: Dict) -> Act:
    yes = [decider(seat) for seat in request["rounds"][-1]["seats"] if seat["state"] == "approved"]
    asked = [who for who, answer in (request["voices"] or {}).items() if answer == "asked"]
    if asked and random.random() < 0.7:
        answer = random.choice(["yes", "yes", "no"])
        return (
            "answer_revocation",
            random.choice([*asked, *yes]),
            {"answer": answer, "comment": random.choice(["So be it.", None])},
        )
    who = random.choice([*yes, request["by"], request["lead"]])
    return (
        random.choice(["revoke", "revoke", "ask_to_revoke"]),
        who,
        {"reason": random.choice(["It was wrong.", "It was wrong.", None])},
    )


def _hostile(random: Random, plain: Plain, request: Dict) -> Act:
    """Anybody at all, with any verb at all."""
    who = random.choice([name for name in plain.people if not plain.people[name]["gone"]])
    verbs = ["say"] * 5 + ["lift", "undo", "hold", "release", "revoke", "withdraw", "drop", "edit", *beside.VERBS]
    verb = random.choice(verbs)
    if verb in beside.VERBS:
        return verb, who, beside.said(random, verb)
    comment = random.choice(["I say so.", None])
    said: dict[str, dict[str, Any]] = {
        "say": {"verb": random.choice(["approve", "reject", "return"]), "comment": comment}, "lift": {"comment": comment},
        "hold": {"reason": comment, "days": 2}, "revoke": {"reason": comment}, "edit": {"rest": 400_000},
    }  # fmt: skip
    return verb, who, said.get(verb, {})
