"""Segregation of duties as Slack says it: the sample of tests/contracts/segregation.md, typed as lines."""

from __future__ import annotations

from collab.approvals.queries import get_chain
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from tests.contracts.test_segregation import SCENES, surfaces
from tests.factories import Company
from tests.factories.company import address
from tests.slack_double import SlackDouble

LOOK = "現在の内容をご確認のうえ"
STRANGER = "まだCollabのメンバーと連携されていません"
HIDDEN = Reader("ja").say("error.not_found")
LINES = {
    "approve": "approve {key}",
    "reject": "reject {key} 理由",
    "return": "return {key} 理由",
    "withdraw": "withdraw {key}",
}


def changes(company: Company, key: str) -> tuple[str, int]:
    with company.indoors():
        db.session.rollback()
        chain = get_chain(key)
        return chain.state, chain.version


def test_a_typed_line_is_answered_as_every_other_surface_would(served: SlackDouble, company: Company) -> None:
    scene, wrong = SCENES["in_turn"], []
    scene.found(company)
    for row in surfaces():
        key, who = scene.bring(company), address(scene.cast[row["who"]])
        before = changes(company, key)
        said = served.play.slash(who, "/collab", LINES[row["what"]].format(key=key)).ephemeral
        answer = "done" if changes(company, key) != before else meaning(said)
        if answer != row["Slack"]:
            wrong.append(f"{row['who']} {row['what']}: {answer} ({said}), promised {row['Slack']}")
    assert not wrong, "\n".join(wrong)


def meaning(said: str) -> str:
    """What an answer that changed nothing tells: the card to press, nothing at all, who are you, or why not."""
    signs = {LOOK: "card", HIDDEN: "hidden", STRANGER: "unknown"}
    return next((found for sign, found in signs.items() if sign in said), "refused" if said else "silence")
