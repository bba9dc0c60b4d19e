"""`/collab me @boss`: a secretary reads what waits for their principal, and nobody else learns anything."""

from __future__ import annotations

import pytest

from collab.people import queries as people
from collab.people import service
from tests.factories import Company
from tests.slack.people import CMO, KENJI, MIKA, last_ephemeral
from tests.slack_double import SlackDouble, buttons, text_of

NAO = "nao@example.com"


@pytest.fixture
def assisted(company: Company) -> Company:
    """Nao is the CMO's secretary."""
    with company.indoors():
        service.name_secretary(company.member("cmo"), secretary=NAO, now=company.now)
    return company


@pytest.mark.parametrize("line", ["me @cmo", "me for @cmo", "要対応　＠cmoさん", "inbox <@{cmo}|yuki>"])
def test_a_secretary_reads_what_waits_for_their_principal(served: SlackDouble, assisted: Company, line: str) -> None:
    assisted.filed("kenji", title="A tool of IT")
    served.play.slash(CMO, "/collab", "lang")
    with assisted.indoors():
        cmo = people.find_slack_account(assisted.id("cmo")) or ""
    reply = served.play.slash(NAO, "/collab", line.replace("{cmo}", cmo))
    shown = last_ephemeral(served, NAO)
    assert "A tool of IT" in reply.ephemeral
    assert "森 由紀" in text_of(shown)
    assert buttons(shown) == [], "whoever assists decides nothing"


def test_what_the_secretary_may_not_open_has_no_link_and_nothing_waiting_is_said(
    served: SlackDouble, assisted: Company
) -> None:
    assert "要対応はありません" in served.play.slash(NAO, "/collab", "me @cmo").ephemeral
    hidden = assisted.filed("kenji", visibility="involved", title="Hidden tool")
    for _ in range(8):
        assisted.filed("kenji", visibility="company", title="Open tool")
    served.play.slash(NAO, "/collab", "me @cmo")
    said = str(last_ephemeral(served, NAO).blocks)  # type: ignore[attr-defined]
    assert hidden in said
    assert f"/purchases/{hidden}|" not in said
    assert "/purchases/PR-2|" in said
    assert "ほか2件" in said


@pytest.mark.parametrize("who", [KENJI, MIKA])
def test_nobody_else_learns_what_waits_or_whether_anybody_assists(
    served: SlackDouble, assisted: Company, who: str
) -> None:
    assisted.filed("kenji", title="A tool of IT")
    for name in ("cmo", "cfo", "nobody"):
        assert "A tool of IT" not in served.play.slash(who, "/collab", f"me @{name}").ephemeral
    refused = {served.play.slash(who, "/collab", f"me @{name}").ephemeral for name in ("cmo", "cfo", "nobody")}
    assert len(refused) == 1
