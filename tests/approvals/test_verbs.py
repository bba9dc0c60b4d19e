"""The table of verbs against what people read of it: docs/approvals.md, the words, the glossary's list, and what the edges demand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from collab.approvals.rules.verbs import ON_SEATS, STATES, TABLE, VERBS, Verb
from collab.approvals.service import decide
from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import Input
from collab.purchases.permits import PERMITS
from collab.purchases.schemas import after, beside, deciding, incoming, outgoing, sharing

PAGE = Path(__file__).parents[2] / "docs" / "approvals.md"
NOTHING = "–"
KENJI = Actor(1, "kenji@example.com", "Kenji", "健司")
COLUMNS = ("code", "日本語", "from", "to", "who", "must be said", "hears")

NEVER_RECORDED = {"ask_later": "approval.later.done"}
"""It moves nothing but a card; what is said to whoever does it."""

GLOSSARY = {
    "draft": "event", "share": "verb", "submit": "verb", "copy": "permit", "approve": "verb", "decide": "event",
    "consult": "verb", "review": "event", "ask": "verb", "return": "verb", "reject": "verb", "withdraw": "verb", "drop": "verb",
    "undo": "verb", "revoke": "verb", "amend": "verb", "hold": "verb", "lift": "verb", "view_after": "event",
    "circulate": "verb", "proxy_approve": "field", "proxy_decide": "field", "own_authority": "event",
    "after_the_fact": "field", "conditional": "field",
}  # fmt: skip
"""Every verb of the glossary, and what it is here: a verb of the table, a permit of its own, an event of the trail that another
verb leaves behind (the last yes is `decide`), or a field said or shown with one."""

FIELDS = {
    "proxy_approve": [(deciding.DecisionIn, "acting_for"), (outgoing.SeatOut, "acting_for")],
    "proxy_decide": [(outgoing.SeatOut, "instead_of"), (outgoing.SeatOut, "decided_by")],
    "after_the_fact": [(incoming.PurchaseIn, "after_the_fact")],
    "conditional": [(deciding.DecisionIn, "conditions")],
}

DEMANDED_BY: dict[str, type[Input]] = {
    "share": sharing.ShareIn, "purchase": after.OrderIn, "ask": beside.QuestionIn, "answer": beside.QuestionAnswerIn,
    "hold": deciding.HoldIn, "add_step": deciding.StepIn, "revoke": incoming.ReasonIn, "ask_to_revoke": incoming.ReasonIn,
    "answer_revocation": after.RevocationAnswerIn, "circulate": beside.CirculateIn, "ask_to_waive": incoming.ReasonIn,
    "waive": incoming.ReasonIn,
}  # fmt: skip


def rows() -> list[dict[str, str]]:
    """The table of the page, row by row."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert tuple(cells[0]) == COLUMNS
    return [dict(zip(COLUMNS, line, strict=True)) for line in cells[2:]]


def listed(cell: str) -> tuple[str, ...]:
    return () if cell == NOTHING else tuple(cell.split())


def test_the_page_has_a_row_for_each_verb_and_each_row_has_its_verb() -> None:
    assert [row["code"] for row in rows()] == [verb.code for verb in TABLE]
    assert all(row["日本語"] not in ("", NOTHING) for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["code"])
def test_a_row_of_the_page_says_what_the_table_says(row: dict[str, str]) -> None:
    verb = VERBS[row["code"]]
    states = STATES if row["from"] == "any" else listed(row["from"])
    assert dict.fromkeys(states, row["to"]) == dict(verb.to)
    assert (listed(row["who"]), listed(row["must be said"]), listed(row["hears"])) == (verb.who, verb.must, verb.tells)


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_verb_has_its_words(locale: str) -> None:
    words = i18n.catalogue(locale)
    for verb in TABLE:
        recorded = f"{verb.of}.verb.{verb.code}"
        assert NEVER_RECORDED.get(verb.code, recorded) in words, verb.code
        assert f"error.{verb.why_not}" in words, verb.code


@pytest.mark.parametrize("verb", sorted(GLOSSARY))
def test_every_verb_of_the_glossary_can_be_reached(verb: str) -> None:
    match GLOSSARY[verb]:
        case "verb":
            assert verb in VERBS
        case "permit":
            assert f"purchase.{verb}" in {row.verb for row in PERMITS}
        case "event":
            assert {f"approval.verb.{verb}", f"purchase.verb.{verb}"} & i18n.catalogue("ja").keys()
        case _:
            assert all(name in schema().fields for schema, name in FIELDS[verb])


@pytest.mark.parametrize("verb", [verb for verb in TABLE if verb.must], ids=lambda verb: verb.code)
def test_what_must_be_said_is_demanded(verb: Verb) -> None:
    if verb.code not in ON_SEATS:
        schema = DEMANDED_BY[verb.code]()
        assert {name for name, field in schema.fields.items() if field.required} == set(verb.must)
        return
    said: dict[str, str] = {}
    for name in verb.must:
        with pytest.raises(Invalid) as refused:
            decide(key="PR-1", actor=KENJI, verb=verb.code, now=datetime(2026, 11, 18, 1, tzinfo=UTC), **said)
        assert name in refused.value.fields
        said[name] = {"opinion": "agree" if verb.code == "consult" else "better"}.get(name, "a word")
