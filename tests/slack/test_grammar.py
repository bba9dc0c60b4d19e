"""The whole language of the one command: every line, in both languages, in any width; what is half-typed does nothing."""

from __future__ import annotations

import pytest

from collab.app import create_app  # noqa: F401 - fills in the vocabulary's modules
from collab.kernel.i18n import Reader
from collab.slack.grammar import Found, Meaning, NoKey, Unclear, parse, skeleton
from collab.slack.registry import edges

pytestmark = pytest.mark.usefixtures("app")

LINES = {
    "": ("slack.help", "", ""),
    "help": ("slack.help", "", ""),
    "ヘルプ": ("slack.help", "", ""),
    "help purchase": ("slack.help", "", "purchase"),
    "me": ("inbox.me", "", ""),
    "ＭＥ": ("inbox.me", "", ""),
    "要対応": ("inbox.me", "", ""),
    "lang ja": ("people.lang", "", "ja"),
    "言語　英語": ("people.lang", "", "英語"),
    "link": ("people.link", "", ""),
    "purchase new": ("purchase.new", "", ""),
    "purchase new Camera for shop 3": ("purchase.new", "", "Camera for shop 3"),
    "申請 新規 接客カメラ": ("purchase.new", "", "接客カメラ"),
    "購買稟議　起案": ("purchase.new", "", ""),
    "purchase list": ("purchase.list", "", ""),
    "申請 一覧": ("purchase.list", "", ""),
    "purchase show PR-1": ("purchase.show", "PR-1", ""),
    "show pr-1": ("purchase.show", "PR-1", ""),
    "表示 ＰＲ－１２": ("purchase.show", "PR-12", ""),
    "PR-12": ("purchase.show", "PR-12", ""),
    "purchase PR-12": ("purchase.show", "PR-12", ""),
    "purchase approve PR-1": ("approval.approve", "PR-1", ""),
    "purchase approve PR-1 fine by me": ("approval.approve", "PR-1", "fine by me"),
    "approve PR-1": ("approval.approve", "PR-1", ""),
    "ａｐｐｒｏｖｅ　ＰＲ－１": ("approval.approve", "PR-1", ""),
    "購買稟議 承認 PR-1": ("approval.approve", "PR-1", ""),
    "承認　PR-1　問題ありません　よろしく": ("approval.approve", "PR-1", "問題ありません　よろしく"),
    "PR-1 承認": ("approval.approve", "PR-1", ""),
    "PR-1を承認": ("approval.approve", "PR-1", ""),
    "ＰＲ－１を承認　了解": ("approval.approve", "PR-1", "了解"),
    "決裁 PR-1": ("approval.approve", "PR-1", ""),
    "return PR-1 too expensive": ("approval.return", "PR-1", "too expensive"),
    "差し戻し PR-1 見積が古い": ("approval.return", "PR-1", "見積が古い"),
    "差戻し PR-1 見積が古い": ("approval.return", "PR-1", "見積が古い"),
    "差戻 PR-1 見積が古い": ("approval.return", "PR-1", "見積が古い"),
    "さしもどし PR-1": ("approval.return", "PR-1", ""),
    "稟議 却下 PR-1 目的が違う": ("approval.reject", "PR-1", "目的が違う"),
    "否認 PR-1 目的が違う": ("approval.reject", "PR-1", "目的が違う"),
    "reject PR-1 no": ("approval.reject", "PR-1", "no"),
    "withdraw PR-1": ("purchase.withdraw", "PR-1", ""),
    "引き戻し PR-1": ("purchase.withdraw", "PR-1", ""),
    "引戻 PR-1": ("purchase.withdraw", "PR-1", ""),
    "return PR-1 Say  it   as Typed": ("approval.return", "PR-1", "Say  it   as Typed"),
    "差し戻 PR-1 見積が古い": ("approval.return", "PR-1", "見積が古い"),
    "否決 PR-1 目的が違う": ("approval.reject", "PR-1", "目的が違う"),
    "合議 PR-1 同意": ("approval.consult", "PR-1", "同意"),
    "consult PR-1 disagree too long": ("approval.consult", "PR-1", "disagree too long"),
    "同意 PR-1": ("approval.agree", "PR-1", ""),
    "PR-1 不同意 契約が長い": ("approval.disagree", "PR-1", "契約が長い"),
    "意見 PR-1 契約が長い": ("approval.opinion", "PR-1", "契約が長い"),
    "意見付き PR-1 契約が長い": ("approval.opinion", "PR-1", "契約が長い"),
    "advocate PR-1 worse": ("approval.advocate", "PR-1", "worse"),
    "お客様視点 PR-1": ("approval.advocate", "PR-1", ""),
    "保留 PR-1 2026-12-05 見積待ち": ("approval.hold", "PR-1", "2026-12-05 見積待ち"),
    "稟議 保留 PR-1": ("approval.hold", "PR-1", ""),
    "hold PR-1": ("approval.hold", "PR-1", ""),
    "保留解除 PR-1": ("approval.release", "PR-1", ""),
    "release PR-1": ("approval.release", "PR-1", ""),
    "引上げ PR-1": ("approval.lift", "PR-1", ""),
    "引き上げ PR-1": ("approval.lift", "PR-1", ""),
    "引上 PR-1": ("approval.lift", "PR-1", ""),
    "lift PR-1": ("approval.lift", "PR-1", ""),
    "取消 PR-1": ("approval.undo", "PR-1", ""),
    "取り消し PR-1": ("approval.undo", "PR-1", ""),
    "承認取消 PR-1": ("approval.undo", "PR-1", ""),
    "PR-1を承認取消": ("approval.undo", "PR-1", ""),
    "undo PR-1": ("approval.undo", "PR-1", ""),
    "決裁取消 PR-1 誤り": ("approval.revoke", "PR-1", "誤り"),
    "revoke PR-1 by mistake": ("approval.revoke", "PR-1", "by mistake"),
    "追加 PR-1": ("approval.add_step", "PR-1", ""),
    "addstep PR-1": ("approval.add_step", "PR-1", ""),
    "審査 PR-1 問題なし": ("approval.approve", "PR-1", "問題なし"),
    "取り下げ PR-1": ("purchase.drop", "PR-1", ""),
    "取下げ PR-1": ("purchase.drop", "PR-1", ""),
    "drop PR-1": ("purchase.drop", "PR-1", ""),
    "複写起案 PR-1": ("purchase.copy", "PR-1", ""),
    "copy PR-1": ("purchase.copy", "PR-1", ""),
    "根回し PR-1": ("purchase.share", "PR-1", ""),
    "回覧 PR-1": ("approval.circulate", "PR-1", ""),
    "変更稟議 PR-1": ("purchase.amend", "PR-1", ""),
    "amend PR-1": ("purchase.amend", "PR-1", ""),
    "発注 PR-1 PO-77": ("purchase.ordered", "PR-1", "PO-77"),
    "ordered PR-1 PO-77": ("purchase.ordered", "PR-1", "PO-77"),
}

NEAREST = {
    "appr PR-1": "approve PR-1",
    "aprove PR-1": "approve PR-1",
    "purchase shwo PR-1": "purchase show PR-1",
    "purchas list": "purchase list",
    "purchase ne": "purchase new",
    "helpp": "help",
    "申請 一": "purchase 一覧",
    "retrun PR-1 why": "return PR-1 why",
    "PR-1 aprove": "approve PR-1",
    "hodl PR-1": "hold PR-1",
    "releas PR-1": "release PR-1",
    "保 PR-1": "保留 PR-1",
    "advocat PR-1 worse": "advocate PR-1 worse",
    "PR-1 revok": "revoke PR-1",
    "withdrw PR-1": "withdraw PR-1",
    "差 PR-1": "差し戻し PR-1",
}


def meaning(line: str) -> Meaning:
    return parse(line, edges.vocabulary)


@pytest.mark.parametrize("line", LINES)
def test_every_line_means_what_it_says(line: str) -> None:
    found = meaning(line)
    assert isinstance(found, Found), found
    assert (found.command.code, found.typed.key, found.typed.rest) == LINES[line]


@pytest.mark.parametrize("line", NEAREST)
def test_a_half_typed_or_misspelt_line_does_nothing_and_names_the_nearest(line: str) -> None:
    found = meaning(line)
    assert isinstance(found, Unclear), found
    assert found.nearest == NEAREST[line]


@pytest.mark.parametrize("line", ["approve", "承認", "purchase show", "return please", "withdraw that one"])
def test_a_line_without_its_key_asks_which(line: str) -> None:
    assert isinstance(meaning(line), NoKey)


@pytest.mark.parametrize(
    "line", ["xyzzy", "purchase", "申請", "🙂", "--", "/collab", "a" * 4000, "\u202eapprove", "PR-0", "PR-"]
)
def test_nonsense_never_acts(line: str) -> None:
    assert isinstance(meaning(line), Unclear)


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_command_explains_itself_with_a_line_that_works(locale: str) -> None:
    reader = Reader(locale)
    for command in edges.vocabulary.commands.values():
        assert reader.say(f"{command.code}.does")
        typed = reader.say(f"{command.code}.typed").replace("[", "").replace("]", "").replace("ja | en", "ja")
        found = meaning(typed)
        assert isinstance(found, Found), typed
        assert found.command.code == command.code


OF_ITS_OWN = ({"approval.agree", "agreement.agree"}, {"approval.release", "goal.resume"})
"""Words that mean one thing of any key, and another of keys of their own noun: that one comes first."""


def test_no_word_means_two_things_of_one_key() -> None:
    prefixes = {noun.prefix for noun in edges.vocabulary.nouns.values()} - {""}
    for prefix in sorted(prefixes - {"T"}):  # a brand incident is a task too, and shows itself
        said: dict[str, set[str]] = {}
        for command in edges.vocabulary.keyed(f"{prefix}-1"):
            for word in command.words if command.prefix == prefix or not command.prefix else ():
                said.setdefault(skeleton(word), set()).add(command.code)
        twice = {word: codes for word, codes in said.items() if len(codes) > 1 and codes not in OF_ITS_OWN}
        assert not twice, prefix


def test_a_word_of_the_keys_own_noun_comes_before_one_for_any_key() -> None:
    for line in ("agree DA-1", "同意 DA-1", "DA-1 agree", "agreement agree DA-1"):
        found = meaning(line)
        assert isinstance(found, Found)
        assert found.command.code == "agreement.agree"
    for line in ("resume G-1", "G-1 再開", "goal resume G-1"):
        found = meaning(line)
        assert isinstance(found, Found)
        assert found.command.code == "goal.resume"


def test_every_handler_carries_a_permit() -> None:
    from collab.kernel.permits import permits

    for handler in edges.handlers:
        assert handler.permit in permits  # type: ignore[attr-defined]
