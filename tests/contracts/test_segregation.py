"""Segregation of duties, cell by cell, against the page written by hand: segregation.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service as engine
from collab.audit.queries import list_entries
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import DomainError
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.service import Terms
from collab.purchases import queries, service
from collab.threads import service as threads
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.factories.company import address
from tests.parts.clients import Api, Pages

PAGE = Path(__file__).parent / "segregation.md"
FEWEST = 120
SURFACES = "Surfaces"
IN_TURN = route("office:CIO", "office:CFO", "office:CEO")
OPINIONS = """currency = "JPY"
[[route]]
code = "own"
[[route.step]]
name = "Opinion"
kind = "consult"
parallel = "heard"
seats = ["member:service-lead@example.com"]
[[route.step]]
name = "Check"
kind = "review"
parallel = "heard"
seats = ["member:kenji@example.com"]
[[route.step]]
name = "Customer"
kind = "advocate"
parallel = "heard"
seats = ["member:sales-lead@example.com"]
[[route.step]]
name = "Decision"
seats = ["office:CFO"]
"""


@dataclass(frozen=True)
class Scene:
    """A company as it stands, a request in it, and who is who."""

    found: Callable[[Company], None]
    bring: Callable[[Company], str]
    cast: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """What somebody gets who tries something."""

    scene: str
    who: str
    verb: str
    status: str
    code: str


def tables() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
        yield title.strip("`"), [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def cells() -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for scene, rows in tables():
        if scene != SURFACES:
            found[scene] = [
                Cell(scene, row["who"], verb, *cell.partition(" ")[::2])
                for row in rows
                for verb, cell in row.items()
                if verb != "who"
            ]
    return found


CELLS = cells()


def delegate(company: Company, principal: str, deputy: str, *, confirmed: bool = True, **terms: Any) -> None:
    """From today on, for a week."""
    with company.indoors():
        today = people.today(company.now)
        given = Terms(today, today + timedelta(days=7), **terms)
        found = staffing.propose_delegation(
            company.member(principal), deputy=address(deputy), terms=given, now=company.now
        )
        if confirmed:
            staffing.confirm_delegation(company.member(deputy), found.id, now=company.now)


# --- the companies ---------------------------------------------------------------------------------------------------------


def in_turn(company: Company) -> None:
    company.routes(IN_TURN)
    company.leads("service-lead", "marketing")


def with_keys(company: Company) -> None:
    company.leads("service-lead", "marketing")
    company.routes(route("office:CMO office:CIO", keys=True))
    for deputy in ("cmo", "kenji"):
        delegate(company, "cio", deputy)


def delegated(company: Company) -> None:
    company.routes(route("office:CIO", "office:CFO member:sales-lead@example.com", "office:CEO"))
    for deputy in ("kenji", "mika", "nao", "cio", "sales-lead"):
        delegate(company, "cfo", deputy)
    delegate(company, "kenji", "emma")
    delegate(company, "cfo", "service-lead", confirmed=False)
    delegate(company, "cfo", "cmo", categories=("martech",))
    delegate(company, "cfo", "admin", limit="100")


def same_step(company: Company) -> None:
    company.routes(route("office:CFO member:sales-lead@example.com", "office:CEO"))
    for principal in ("cfo", "sales-lead"):
        delegate(company, principal, "kenji")


def last_word(company: Company) -> None:
    company.routes(route("office:CFO"))
    delegate(company, "cfo", "kenji", may_decide=True)
    with company.indoors():
        staffing.name_secretary(company.member("cfo"), secretary=address("emma"), now=company.now)


def deputised(company: Company) -> None:
    in_turn(company)
    company.away("cfo", deputy="kenji")


def deputy_asks(company: Company) -> None:
    company.routes(route("office:CIO", "office:CFO"))
    company.away("cfo", deputy="mika")


def own_office(company: Company) -> None:
    company.routes(route("office:CMO"))
    delegate(company, "cmo", "nao", may_decide=True)
    company.away("cmo", deputy="nao")


def two_in_turn(company: Company) -> None:
    company.leads("service-lead", "marketing")
    company.routes(route("office:CIO", "office:CFO"))


def named_twice(company: Company) -> None:
    company.routes(route("office:CFO member:cfo@example.com", "office:CEO"))


# --- the requests ----------------------------------------------------------------------------------------------------------


def filed(company: Company, **fields: Any) -> str:
    return company.filed("mika", **{"category": "other", "on_behalf_of": address("nao"), **fields})


def approved_once(company: Company) -> str:
    key = filed(company)
    company.decide(key, "cio")
    return key


def keyed_once(company: Company) -> str:
    key = filed(company)
    company.decide(key, "cmo")
    return key


def approved_by_delegate(company: Company) -> str:
    key = filed(company)
    company.decide(key, "kenji", acting_for=company.id("cfo"))
    return key


def by_the_cmo(company: Company) -> str:
    return company.filed("cmo", category="other")


def conditionally(company: Company) -> str:
    key = filed(company, owners={"business": address("sales-lead")})
    with company.indoors():
        due_on = people.today(company.now) + timedelta(days=7)
    wanted = {"text": "Sign the agreement", "owner": address("kenji"), "due_on": due_on, "before_order": False}
    company.decide(key, "cio", conditions=[wanted])
    company.decide(key, "cfo")
    return key


def looked_at(company: Company) -> str:
    key = approved_once(company)
    with company.indoors():
        engine.ask(
            key=key,
            actor=company.member("cfo"),
            member=address("emma"),
            question="Is it worth it?",
            now=company.later(),
        )
        engine.circulate(
            key=key, actor=company.member("mika"), members=[address("sales-lead")], confirm=True, now=company.later()
        )
    return key


def shown(company: Company) -> str:
    key = company.drafted("mika", category="other", on_behalf_of=address("nao"))
    with company.indoors():
        service.share(company.member("mika"), key, [address("kenji"), address("agency")], None, now=company.later())
    return key


def sent_back(company: Company) -> str:
    key = approved_once(company)
    company.decide(key, "cfo", "return")
    return key


OWN = {"requester": "mika", "filed for": "nao"}
OTHERS = {
    "department lead": "service-lead", "CMO": "cmo", "lead elsewhere": "sales-lead", "colleague": "kenji", "guest": "agency",
    "auditor": "auditor", "admin": "admin", "ex-member": "left",
}  # fmt: skip
SCENES: dict[str, Scene] = {
    "in_turn": Scene(in_turn, approved_once, {**OWN, **OTHERS, "decided below": "cio", "on the seat": "cfo", "seated later": "ceo"}),
    "keys": Scene(
        with_keys, keyed_once,
        {**OWN, **OTHERS, "first key": "cmo", "second key": "cio", "delegate of the second key": "kenji"},
    ),
    "delegated": Scene(delegated, approved_once, {
        "delegator": "cfo", "delegate": "kenji", "delegate who is the requester": "mika", "delegate who is filed for": "nao",
        "delegate who decided below": "cio", "delegate who sits in the same step": "sales-lead", "delegate of the delegate": "emma",
        "delegate who has not confirmed": "service-lead", "delegate for another category": "cmo", "delegate up to less": "admin",
    }),
    "same_step": Scene(
        same_step, approved_by_delegate, {"delegate of both": "kenji", "the other": "sales-lead", "first delegator": "cfo"}
    ),
    "last_word": Scene(last_word, filed, {"decider": "cfo", "delegate who may decide": "kenji", "secretary": "emma"}),
    "deputy": Scene(deputised, approved_once, {**OWN, "away": "cfo", "deputy": "kenji"}),
    "deputy_asks": Scene(deputy_asks, approved_once, {**OWN, "deputy who is the requester": "mika", "above": "ceo"}),
    "own_office": Scene(
        own_office, by_the_cmo, {"requester in office": "cmo", "own deputy and delegate": "nao", "above": "ceo"}
    ),
    "decided": Scene(two_in_turn, conditionally, {
        **OWN, **OTHERS, "final decider": "cfo", "setter": "cio", "owner of the condition": "kenji", "business owner": "sales-lead",
    }),
    "opinions": Scene(
        lambda company: company.routes(OPINIONS), filed,
        {**OWN, "consulted": "service-lead", "reviewer": "kenji", "advocate": "sales-lead", "decider": "cfo"},
    ),
    "beside": Scene(in_turn, looked_at, {**OWN, "asked": "emma", "reader": "sales-lead", "on the seat": "cfo", "colleague": "kenji"}),
    "draft": Scene(in_turn, shown, {**OWN, **OTHERS, "shown to": "kenji", "guest it was shown to": "agency"}),
    "sent_back": Scene(in_turn, sent_back, {**OWN, **OTHERS, "returner": "cfo", "decided below": "cio"}),
    "left_behind": Scene(in_turn, sent_back, {"heir": "service-lead", "lead elsewhere": "sales-lead", "returner": "cfo"}),
    "once": Scene(named_twice, filed, {**OWN, "named twice": "cfo"}),
}  # fmt: skip
LEAVERS = {"left_behind": ("mika", "nao")}
FOR = {"for CIO": "cio", "for CFO": "cfo", "for CMO": "cmo", "for the other": "sales-lead"}


# --- what somebody tries ---------------------------------------------------------------------------------------------------


def attempt(company: Company, key: str, me: Actor, verb: str) -> None:
    now = company.later()
    plain, _, whom = verb.partition(" for ")
    if plain in ("approve", "return", "reject"):
        more = {"acting_for": company.id(FOR[f"for {whom}"])} if whom else {}
        engine.decide(key=key, actor=me, verb=plain, comment="Because.", now=now, **more)
    elif verb in TRIED:
        TRIED[verb](company, key, me, now)
    else:
        getattr(service, verb)(me, key, now=now)


def twice(company: Company, key: str, me: Actor, now: Any) -> None:
    for _ in range(2):
        engine.decide(key=key, actor=me, verb="approve", now=now)


def add_step(company: Company, key: str, me: Actor, now: Any) -> None:
    engine.add_step(key=key, actor=me, members=[company.id("emma")], reason="She knows.", before=True, now=now)


def answer(company: Company, key: str, me: Actor, now: Any) -> None:
    number = approvals.list_questions(key)[0].id
    engine.answer(key=key, actor=me, question=number, answer="Yes, it is.", now=now)


def amend(company: Company, key: str, me: Actor, now: Any) -> None:
    service.amend(me, key, now=now)


TRIED: dict[str, Callable[[Company, str, Actor, Any], Any]] = {
    "consult": lambda _c, key, me, now: engine.decide(key=key, actor=me, verb="consult", opinion="agree", now=now),
    "advocate": lambda _c, key, me, now: engine.decide(
        key=key, actor=me, verb="advocate", opinion="better", stage="purchase", now=now
    ),
    "approve twice": twice,
    "lift": lambda _c, key, me, now: engine.lift(key=key, actor=me, now=now),
    "undo": lambda _c, key, me, now: engine.undo(key=key, actor=me, now=now),
    "hold": lambda _c, key, me, now: engine.hold(
        key=key, actor=me, reason="Waiting for the offer", until_on=people.today(now) + timedelta(days=3), now=now
    ),
    "release": lambda _c, key, me, now: engine.release(key=key, actor=me, now=now),
    "ask": lambda _c, key, me, now: engine.ask(
        key=key, actor=me, member=address("admin"), question="Is it safe?", now=now
    ),
    "answer": answer,
    "add_step": add_step,
    "circulate": lambda _c, key, me, now: engine.circulate(key=key, actor=me, members=[address("emma")], now=now),
    "read": lambda _c, key, me, now: engine.read(key=key, actor=me, now=now),
    "revoke": lambda _c, key, me, now: engine.revoke(key=key, actor=me, reason="It changed.", now=now),
    "ask_to_revoke": lambda _c, key, me, now: engine.ask_to_revoke(key=key, actor=me, reason="It changed.", now=now),
    "meet": lambda _c, key, me, now: engine.meet(key=key, number=1, actor=me, now=now),
    "waive": lambda _c, key, me, now: engine.waive(key=key, number=1, actor=me, reason="No longer needed.", now=now),
    "share": lambda _c, key, me, now: service.share(me, key, [address("emma")], None, now=now),
    "edit": lambda _c, key, me, now: service.edit(me, key, {"title": "Another title"}, seen=None, now=now),
    "show": lambda _c, key, me, _now: queries.get_purchase(me, key),
    "comment": lambda _c, key, me, now: threads.comment(me, key, "I see.", now=now),
    "purchase": lambda _c, key, me, now: service.purchase(me, key, on=people.today(now), now=now),
    "amend": amend,
}


def got(company: Company, key: str, me: Actor, verb: str) -> tuple[str, str]:
    try:
        attempt(company, key, me, verb)
    except DomainError as refusal:
        return str(refusal.status), refusal.said_code
    return "yes", ""


def test_there_are_enough_cells() -> None:
    assert sum(len(found) for found in CELLS.values()) >= FEWEST
    assert set(CELLS) == set(SCENES)


@pytest.mark.parametrize("name", SCENES)
def test_every_cell(company: Company, name: str) -> None:
    """Refusals are tried one after another on one request, which they leave as it was; what is done, on one of its own."""
    scene, wrong = SCENES[name], []
    scene.found(company)
    still = scene.bring(company)
    todo = {
        cell: still if cell.status != "yes" and cell.verb != "approve twice" else scene.bring(company)
        for cell in CELLS[name]
    }
    for leaver in LEAVERS.get(name, ()):
        company.leaves(leaver)
    with company.indoors():
        actors = {who: company.member(member) for who, member in scene.cast.items()}
        before = done_in(still)
        for cell, key in todo.items():
            status, code = got(company, key, actors[cell.who], cell.verb)
            db.session.rollback()
            if status != cell.status or (cell.code and code != cell.code):
                wrong.append(f"{cell.who} may {cell.verb}: {status} {code}, promised {cell.status} {cell.code}")
        assert done_in(still) == before, "a refusal left more than the word that it was one"
    assert not wrong, "\n".join(wrong)


def done_in(key: str) -> list[str]:
    """What the trail says was done; that somebody tried what they may not decide stands there, too."""
    return [entry.verb for entry in list_entries(key) if entry.verb != "refused"]


def surfaces() -> list[dict[str, str]]:
    return next(rows for title, rows in tables() if title == SURFACES)


WORDS = {"comment": "Because."}


@pytest.mark.parametrize("surface", ["API", "page"])
def test_the_surfaces_say_the_same(
    company: Company, as_: Callable[[str], Api], pages_as: Callable[[str], Pages], surface: str
) -> None:
    scene, wrong = SCENES["in_turn"], []
    scene.found(company)
    for row in surfaces():
        key, member = scene.bring(company), scene.cast[row["who"]]
        status = (
            by_api(as_(member), key, row["what"]) if surface == "API" else by_page(pages_as(member), key, row["what"])
        )
        if status != row[surface]:
            wrong.append(f"{row['who']} {row['what']}: {status}, promised {row[surface]}")
    assert not wrong, "\n".join(wrong)


def by_api(caller: Api, key: str, verb: str) -> str:
    if verb == "withdraw":
        return str(caller.post(f"/purchases/{key}/withdraw").status_code)
    return str(caller.post(f"/purchases/{key}/decisions", {"verb": verb, **WORDS}).status_code)


def by_page(caller: Pages, key: str, verb: str) -> str:
    """Pressed from the start page, which holds a form for everybody, signed in or not."""
    path, body = (
        (f"/purchases/{key}/withdraw", {})
        if verb == "withdraw"
        else (f"/purchases/{key}/decisions", {"verb": verb, **WORDS})
    )
    return str(caller.send(path, body).status_code)
