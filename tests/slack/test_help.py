"""`/collab help`: one phone screen of what this reader does, then each noun; what nobody understood gets a way on. It asks the
database nothing, shows nobody what they never may, and decides nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.kernel.i18n import Reader
from collab.slack.commands import MOST
from collab.slack.grammar import Found, parse
from collab.slack.registry import edges
from tests.factories import Company
from tests.parts.statements import statements
from tests.slack.people import CMO, KENJI, MIKA, labels, last_ephemeral
from tests.slack_double import SlackDouble

AUDITOR, AGENCY = "auditor@example.com", "agency@example.com"
VERBS = ("approve", "return", "reject", "accept", "ask @", "new", "withdraw", "close", "alert")


def said(served: SlackDouble, email: str, line: str = "help") -> str:
    return served.play.slash(email, "/collab", line).ephemeral


def typed(text: str) -> list[str]:
    return [part for part in text.replace("\n", "`").split("`") if part.startswith("/collab ")]


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.usefixtures("app")
def test_every_example_is_a_line_that_means_its_command(locale: str) -> None:
    for code, key in edges.vocabulary.examples:
        line = Reader(locale).say(f"{key}.typed")
        found = parse(line, edges.vocabulary)
        assert isinstance(found, Found), line
        assert found.command.code == code or found.command.code.startswith(code.removesuffix(".command")), line


def test_it_is_one_phone_screen_and_leads_on(served: SlackDouble, english: Callable[[str], None]) -> None:
    english("cmo")
    text = said(served, CMO)
    assert len(typed(text)) <= MOST + 1
    assert len(text.splitlines()) <= 16
    assert "/collab approve PR-1" in text
    help_ = last_ephemeral(served, CMO)
    served.play.click(CMO, help_, "Purchases")
    purchases = last_ephemeral(served, CMO)
    assert "withdraw PR-1" in str(purchases.blocks)  # type: ignore[attr-defined]
    assert "snooze T-1" not in str(purchases.blocks)  # type: ignore[attr-defined]
    served.play.click(CMO, purchases, "All help")
    assert "approve PR-1" in str(last_ephemeral(served, CMO).blocks)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "has", "has_not"),
    [("help purchase", "差し戻し PR-1", "後で T-1"), ("ヘルプ 稟議", "引き戻し PR-1", "進捗確認"), ("help 目標", "目標 承諾 G-1", "差し戻し PR-1"),
     ("help approve", "差し戻し PR-1", "後で T-1"), ("help me", "言語 ja", "差し戻し PR-1"), ("help goals", "進捗確認", "引き戻し")],
)  # fmt: skip
def test_help_of_a_noun_is_all_of_it_and_nothing_else(served: SlackDouble, line: str, has: str, has_not: str) -> None:
    text = said(served, CMO, line)
    assert has in text
    assert has_not not in text


def test_whoever_changes_nothing_is_shown_no_verbs(served: SlackDouble, english: Callable[[str], None]) -> None:
    english("auditor")
    for line in ("help", "help purchase", "help goal", "help task", "help incident", "help agreement", "help me"):
        for one in typed(said(served, AUDITOR, line)):
            assert not any(one.startswith(f"/collab {verb}") or f" {verb}" in one for verb in VERBS), one
    assert "/collab show PR-1" in said(served, AUDITOR)


def test_a_guest_is_shown_only_what_guests_do(served: SlackDouble) -> None:
    text = said(served, AGENCY)
    assert "稟議 新規" not in text
    assert "要対応" in text


def test_it_asks_the_database_nothing_once_the_reader_is_known(served: SlackDouble, company: Company) -> None:
    said(served, CMO)
    for line in ("help", "help purchase", "ヘルプ 目標", "aprove PR-1", "xyzzy", "purchase", "approve"):
        with statements(company.app) as seen:
            said(served, CMO, line)
        assert seen.count == 0, (line, str(seen))


def test_what_is_misspelt_is_offered_to_look_at_and_never_done(served: SlackDouble, company: Company) -> None:
    company.filed()
    assert "`/collab approve PR-1`" in said(served, CMO, "aprove PR-1") or "approve PR-1" in said(
        served, CMO, "aprove PR-1"
    )
    offered = last_ephemeral(served, CMO)
    assert labels(offered)[0] == "PR-1 を表示"  # type: ignore[arg-type]
    served.play.click(CMO, offered, "PR-1 を表示")
    assert labels(last_ephemeral(served, CMO))[:2] == ["決裁（共同）", "差し戻し"]  # type: ignore[arg-type]
    with company.indoors():
        from collab.approvals.queries import get_chain

        assert {seat.state for seat in get_chain("PR-1").seats} == {"waiting"}


def test_a_forged_button_runs_nothing_that_changes(served: SlackDouble, company: Company) -> None:
    """The button's value is a line; one that would decide is only answered with help."""
    from dataclasses import replace

    company.filed()
    said(served, CMO, "aprove PR-1")
    offered = last_ephemeral(served, CMO)
    blocks = [dict(block) for block in offered.blocks]  # type: ignore[attr-defined]
    for block in blocks:
        for element in block.get("elements", []):
            element["value"] = "approve PR-1"
    served.play.click(CMO, replace(offered, blocks=blocks), "slack.look:key")  # type: ignore[type-var]
    with company.indoors():
        from collab.approvals.queries import get_chain

        assert {seat.state for seat in get_chain("PR-1").seats} == {"waiting"}


def test_a_list_that_was_meant_is_one_press_away(served: SlackDouble) -> None:
    said(served, KENJI, "目標 一")
    assert "目標 一覧 を表示" in labels(last_ephemeral(served, KENJI))  # type: ignore[arg-type]
    served.play.click(KENJI, last_ephemeral(served, KENJI), "目標 一覧 を表示")
    assert "G-1" in str(last_ephemeral(served, KENJI).blocks)  # type: ignore[attr-defined]


def test_no_line_is_ever_answered_to_anybody_else(served: SlackDouble, company: Company) -> None:
    """Errors, help, lists and cards alike: the answer of every command is for its sender alone, in a channel too."""
    from tests.slack.grammar_lines import LINES, NEAREST
    from tests.slack.test_grammar_table import lines_of

    company.filed()
    channel = served.add_channel("general")
    first = [next(lines_of(table))[0] for table in LINES.values()]
    wrong = [row.split(" => ")[0] for row in NEAREST.strip().splitlines()][:6]
    before = len(served.record.messages(channel))
    for line in [*first, *wrong]:
        reply = served.play.slash(MIKA, "/collab", line.strip(), channel=channel)
        body = reply.body if isinstance(reply.body, dict) else {}
        assert body.get("response_type", "ephemeral") == "ephemeral", line
        assert reply.ephemeral or reply.view, line
    assert len(served.record.messages(channel)) == before
