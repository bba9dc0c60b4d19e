"""How a round stands, said plainly: what the seats of a step have come to, who is asked, who said the last yes.

Like `plain`, which has the verbs, it shares nothing with the product.
"""

from __future__ import annotations

from typing import Any

YES = ("approved", "answered", "lifted")
DECIDED = ("approved", "answered", "returned", "rejected")

Dict = dict[str, Any]


def needed(rule: str, total: int) -> int:
    """How many of so many must say yes."""
    if rule == "all":
        return total
    if rule == "any":
        return 1
    word, number = rule.split(":")
    wanted = int(number) if word == "quorum" else (total * int(number) + 99) // 100
    return max(1, min(wanted, total))


def step_stands(step: Dict, seats: list[Dict]) -> str:
    """yes, no or open: what the seats of a step have come to."""
    if step["kind"] == "circulate":
        return "yes"
    yes = [seat for seat in seats if seat["state"] in YES]
    no = [seat for seat in seats if seat["state"] == "rejected"]
    if any(seat["veto"] for seat in no) or (no and step["rule"] in ("all", "any")):
        return "no"
    if len(seats) - len(no) < needed(step["rule"], len(seats)):
        return "no"
    quiet = [seat for seat in seats if seat["veto"] and seat["state"] not in (*DECIDED, "lifted")]
    return "yes" if len(yes) >= needed(step["rule"], len(seats)) and not quiet else "open"


def branches_of(round_: Dict, block: int) -> list[list[int]]:
    """The step numbers of each branch of a block."""
    found: dict[str, list[int]] = {}
    for number, step in enumerate(round_["steps"]):
        if step["block"] == block:
            found.setdefault(step["branch"], []).append(number)
    return list(found.values())


def seats_of(round_: Dict, number: int) -> list[Dict]:
    """The seats of a step."""
    return [seat for seat in round_["seats"] if seat["step"] == number]


def branch_stands(round_: Dict, branch: list[int]) -> str:
    """A branch is through when all its steps are; one no is its no."""
    stands = [step_stands(round_["steps"][number], seats_of(round_, number)) for number in branch]
    return "no" if "no" in stands else "open" if "open" in stands else "yes"


def block_stands(round_: Dict, block: int) -> str:
    """A block is through when so many branches are; it is refused when they cannot be any more."""
    stands = [branch_stands(round_, branch) for branch in branches_of(round_, block)]
    join = next(step["join"] for step in round_["steps"] if step["block"] == block)
    if len(stands) - stands.count("no") < needed(join, len(stands)):
        return "no"
    return "yes" if stands.count("yes") >= needed(join, len(stands)) else "open"


def settle(round_: Dict) -> str | None:
    """Give every seat nobody decided on its state; the end of the round if it has come to one."""
    reached = True
    for block in dict.fromkeys(step["block"] for step in round_["steps"]):
        stands = block_stands(round_, block) if reached else "open"
        if stands == "no":
            close(round_)
            return "rejected"
        for branch in branches_of(round_, block):
            refused, asked = branch_stands(round_, branch) == "no", not reached
            for number in branch:
                through = step_stands(round_["steps"][number], seats_of(round_, number)) == "yes"
                if reached and (stands == "yes" or refused or (through and not asked)):
                    state = "passed"
                else:
                    state = "planned" if asked else "waiting"
                    asked = True
                for seat in seats_of(round_, number):
                    if seat["state"] not in (*DECIDED, "lifted", state):
                        seat.update(state=state, held=False)
        reached = reached and stands == "yes"
    return "approved" if reached else None


def left_over(papers: dict[tuple[str, str], Dict], who: str) -> None:
    """Nobody waits for somebody who has left to read; what they read stands."""
    for about in [about for about, paper in papers.items() if about[0] == who and not paper["read"]]:
        del papers[about]


def close(round_: Dict) -> None:
    """Whoever was still asked is no longer."""
    for seat in round_["seats"]:
        if seat["state"] not in (*DECIDED, "lifted"):
            seat.update(state="closed", held=False)


def fresh(seat: Dict) -> Dict:
    """A seat nobody was asked on yet."""
    empty = {"owner": None, "before": None, "office": None, "veto": False, "state": "planned", "turn": 1, "by": None, "at": None,
             "opinion": None, "lifted": None, "carried": False, "held": False, "holds": 0}  # fmt: skip
    return {**empty, **seat}


def ask_anew(round_: Dict, mine: Dict, target: int, resume: str, time: int) -> list[Dict]:
    """What was said is kept aside, and the seats of the step it goes back to (with `again`, of all that come after it) start
    anew, like the seat that sent it back; returns them."""
    anew: list[Dict] = []
    for seat in round_["seats"]:
        after = resume == "again" and comes_before(round_, target, seat["step"])
        if seat is mine or (seat["state"] in (*DECIDED, "lifted") and (seat["step"] == target or after)):
            round_["past"].append({**seat, **({"state": "returned", "at": time} if seat is mine else {})})
            seat.update(state="planned", turn=seat["turn"] + 1, by=None, at=None, opinion=None, lifted=None, carried=False,
                        held=False, holds=0)  # fmt: skip
            anew.append(seat)
    return anew


def put_in(round_: Dict, at: int, step: Dict, seats: list[Dict]) -> None:
    """Make room for a step."""
    for other in [*round_["seats"], *round_["past"]]:
        other["step"] += other["step"] >= at
    round_["steps"].insert(at, step)
    round_["seats"] += seats
    round_["seats"].sort(key=lambda found: (found["step"], found["place"]))


def comes_before(round_: Dict, one: int, other: int) -> bool:
    """Whether a step must be through before the other is asked: not so between branches of one block."""
    first, second = round_["steps"][one], round_["steps"][other]
    return one < other and (first["block"] != second["block"] or first["branch"] == second["branch"])


def is_last(round_: Dict, number: int) -> bool:
    """Whether nobody is asked after the block of this step."""
    here = round_["steps"][number]["block"]
    return all(step["block"] == here or step["kind"] == "circulate" for step in round_["steps"][number + 1 :])


def decider(seat: Dict) -> str:
    """Who said it in person."""
    return str(seat["by"] or seat["who"])


def decisions(round_: Dict) -> list[Dict]:
    """The seats whose decision stands, the latest last."""
    said = [seat for seat in round_["seats"] if seat["state"] in DECIDED]
    return sorted(said, key=lambda seat: (seat["at"], seat["step"], seat["place"]))


def final_deciders(round_: Dict) -> list[str]:
    """Whose yes was the decision."""
    return [decider(seat) for seat in round_["seats"] if seat["state"] == "approved" and is_last(round_, seat["step"])]


def concerns(seat: Dict, who: str) -> bool:
    """Whether a seat is or was somebody's."""
    return who in (seat["who"], seat["owner"], seat["before"], seat["by"])


def upstream(round_: Dict, one: int, other: int) -> bool:
    """Before it, or beside it in another branch."""
    first, second = round_["steps"][one], round_["steps"][other]
    beside = first["block"] == second["block"] and first["branch"] != second["branch"]
    return beside or (comes_before(round_, one, other) and first["kind"] != "circulate")
