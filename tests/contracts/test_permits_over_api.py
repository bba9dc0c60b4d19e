"""The same promises through the API: every kind of caller, every verb, every state of a request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.purchases import service as purchases
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.clients import Api
from tests.parts.databases import on_both

FILED_FOR = "nao"
ROUTE = route("office:CFO", "office:CMO office:CIO")
CALLERS = {
    "requester": "mika", "filed for": FILED_FOR, "decided in this round": "cfo", "on a seat": "cmo", "on the other seat": "cio",
    "stranger": "kenji", "other office": "ceo", "other lead": "sales-lead", "own lead": "service-lead", "partner": "agency", "auditor": "auditor",
    "admin": "admin", "former member": "left",
}  # fmt: skip

YES, NEVER, HIDDEN, LATE, UNKNOWN = "yes", 403, 404, 409, 401
SEES = ("requester", "filed for", "on a seat", "on the other seat", "decided in this round", "auditor", "own lead")
"""Everybody else gets 404 for everything: they do not even learn that it exists."""

OWN = ("requester", "filed for")
PROMISED: dict[str, dict[str, tuple[str, ...]]] = {
    # verb: the states in which an owner may
    "submit": {"owner": ("draft", "returned")},
    "edit": {"owner": ("draft", "returned")},
    "withdraw": {"owner": ("pending", "returned")},
    "drop": {"owner": ("draft", "returned")},
}
STATES = ("draft", "pending", "half", "returned", "approved", "rejected", "dropped", "revoked")


@pytest.fixture
def house(company: Company) -> Company:
    company.routes(ROUTE)
    company.leads("service-lead", "marketing")
    return company


def bring(company: Company, state: str) -> str:
    """A request in a state; `half` is pending with the CFO's yes given and both keys asked."""
    fields = {"category": "other", "on_behalf_of": f"{FILED_FOR}@example.com"}
    if state in ("draft", "dropped"):
        key = company.drafted(**fields)
        if state == "dropped":
            with company.indoors():
                purchases.drop(company.member("mika"), key, now=company.later())
        return key
    key = company.filed(**fields)
    if state != "pending":
        company.decide(key, "cfo")
    if state in ("returned", "rejected"):
        company.decide(key, "cio", {"returned": "return", "rejected": "reject"}[state])
    if state in ("approved", "revoked"):
        company.decide(key, "cio")
        company.decide(key, "cmo")
    if state == "revoked":
        from collab.approvals import service

        with company.indoors():
            service.revoke(key=key, actor=company.member("cmo"), reason="It changed.", now=company.later())
            service.answer_revocation(key=key, actor=company.member("cio"), answer="yes", now=company.later())
    return key


def ask(caller: Api, verb: str, key: str) -> int:
    match verb:
        case "show":
            return caller.get(f"/purchases/{key}").status_code
        case "history":
            return caller.get(f"/purchases/{key}/history").status_code
        case "route":
            return caller.get(f"/purchases/{key}/route").status_code
        case "edit":
            return caller.patch(f"/purchases/{key}", {"title": "Another title"}).status_code
        case "approve" | "return" | "reject":
            return caller.post(f"/purchases/{key}/decisions", {"verb": verb, "comment": "Because."}).status_code
        case "revoke":
            return caller.post(f"/purchases/{key}/revoke", {"reason": "It changed."}).status_code
    return caller.post(f"/purchases/{key}/{verb}").status_code


def promised(verb: str, state: str, who: str) -> set[int]:
    """What this caller gets; a set where two refusals are equally true."""
    if who == "former member":
        return {UNKNOWN}
    if not _sees(state, who):
        return {HIDDEN}
    if verb in ("show", "history", "route"):
        return {200}
    if verb == "copy":
        return {NEVER} if who == "auditor" else {201}
    if verb in PROMISED:
        if who not in OWN:
            return {NEVER}
        open_in = PROMISED[verb]["owner"]
        if verb == "withdraw" and state == "half":
            return {LATE}
        return {200} if state in open_in or (state == "half" and "pending" in open_in) else {LATE}
    return _deciding(verb, state, who)


def _sees(state: str, who: str) -> bool:
    never_submitted = state in ("draft", "dropped")
    return who in OWN if never_submitted else who in SEES


def _deciding(verb: str, state: str, who: str) -> set[int]:
    never_submitted = state in ("draft", "dropped")
    seat_waits = {"pending": ("decided in this round",), "half": ("on a seat", "on the other seat")}.get(state, ())
    if verb in ("approve", "return", "reject"):
        if who in seat_waits:
            return {201}
        if never_submitted:
            return {LATE, NEVER}
        return (
            {LATE}
            if who in ("on a seat", "on the other seat", "decided in this round")
            else {NEVER, LATE}
            if state != "pending"
            else {NEVER}
        )
    if verb == "undo":
        if who == "decided in this round" and state == "half":
            return {200}
        return {LATE, NEVER}
    assert verb == "revoke"
    if state == "approved" and who in ("on a seat", "on the other seat"):
        return {200}  # each of two keys asks the other
    return {LATE, NEVER}


VERBS = (
    "show",
    "history",
    "route",
    "edit",
    "submit",
    "withdraw",
    "drop",
    "copy",
    "approve",
    "return",
    "reject",
    "undo",
    "revoke",
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_caller_gets_the_promised_answer(
    house: Company, as_: Callable[[str], Api], verb: str, state: str
) -> None:
    wrong = []
    for who, name in CALLERS.items():
        key = bring(house, state)
        before = house.purchase(key).version
        answer = ask(as_(name), verb, key)
        if answer not in promised(verb, state, who):
            wrong.append(f"{who} ({name}): {answer}, promised {promised(verb, state, who)}")
        if answer >= 400 and house.purchase(key).version != before:
            wrong.append(f"{who}: refused with {answer}, yet something changed")
    assert not wrong, f"{verb} of a {state} request\n" + "\n".join(wrong)


@on_both
@pytest.mark.parametrize("verb", ["approve", "submit", "show"])
def test_the_promises_hold_on_both_databases(house: Company, as_: Callable[[str], Api], verb: str) -> None:
    test_every_caller_gets_the_promised_answer(house, as_, verb, "half")


def test_a_request_open_to_the_company_is_seen_without_its_amount(house: Company, as_: Callable[[str], Api]) -> None:
    key = house.filed(category="other", visibility="company")
    seen = as_("kenji").get(f"/purchases/{key}")
    assert seen.status_code == 200
    assert not {"500000", "500,000"} & set(str(seen.json).replace("'", '"').split('"'))
    assert seen.json.get("total") is None
    assert as_("kenji").get(f"/purchases/{key}/history").status_code == NEVER
    assert as_("agency").get(f"/purchases/{key}").status_code == HIDDEN


def test_what_was_taken_back_is_known_to_the_company_no_more(house: Company, as_: Callable[[str], Api]) -> None:
    key = house.filed(category="other", visibility="company")
    kenji = as_("kenji")
    assert key in {row["key"] for row in kenji.get("/purchases").json}
    assert ask(as_("mika"), "withdraw", key) == 200
    assert kenji.get(f"/purchases/{key}").status_code == HIDDEN
    assert key not in {row["key"] for row in kenji.get("/purchases").json}


def test_an_auditor_a_request_is_filed_for_changes_nothing(house: Company, as_: Callable[[str], Api]) -> None:
    key = house.drafted(category="other", on_behalf_of="auditor@example.com")
    for verb in ("edit", "submit", "drop"):
        assert ask(as_("auditor"), verb, key) == NEVER


def test_a_list_holds_what_its_reader_may_open_and_nothing_else(house: Company, as_: Callable[[str], Api]) -> None:
    keys = [bring(house, state) for state in STATES] + [house.filed(category="other", visibility="company")]
    for name in CALLERS.values():
        if name == "left":
            continue
        listed = {row["key"] for row in as_(name).get("/purchases?page_size=100").json}
        opened = {key for key in keys if as_(name).get(f"/purchases/{key}").status_code == 200}
        assert listed == opened, name
