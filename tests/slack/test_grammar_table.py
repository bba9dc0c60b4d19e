"""The table of `grammar_lines`, line by line; and what holds of every line anybody may type."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from collab.kernel.i18n import use_company_words
from collab.slack.grammar import KEY, Command, Found, Meaning, NoKey, Unclear, parse
from collab.slack.registry import edges
from collab.slack.spelling import means
from tests.slack.grammar_lines import LINES, NEAREST, NOTHING, WITHOUT_KEY

pytestmark = pytest.mark.usefixtures("app")
UNSEEN = "\u200b\u2060\ufeff\u200d"


def lines_of(table: str) -> Iterator[tuple[str, str, str]]:
    """Each line of a table, the key and the rest it says."""
    for row in filter(None, map(str.strip, table.splitlines())):
        line, _, said = row.partition(" => ")
        key, _, rest = said.partition("|")
        yield line if line != "(nothing)" else "", key.strip(), rest.strip()


def meaning(line: str) -> Meaning:
    return parse(line, edges.vocabulary)


def told(line: str) -> tuple[str, str, str]:
    found = meaning(line)
    assert isinstance(found, Found), (line, found)
    return found.command.code, found.typed.key, found.typed.rest


def test_every_line_means_what_it_says() -> None:
    for code, table in LINES.items():
        for line, key, rest in lines_of(table):
            assert told(line) == (code, key, rest), line


def test_every_command_has_lines_in_both_languages() -> None:
    for command in edges.vocabulary.commands.values():
        lines = [line for line, _key, _rest in lines_of(LINES.get(command.code, ""))]
        typed = [[form for form in command.words if form.isascii() is english] for english in (True, False)]
        for forms, english in zip(typed, (True, False), strict=True):
            said = [line for line in lines if any(form in line.casefold() or form in line for form in forms)]
            assert said, (
                f"{command.code}: a line in {'English' if english else 'Japanese'} for tests/slack/grammar_lines.py"
            )


def test_what_nobody_sees_changes_nothing() -> None:
    for code, table in LINES.items():
        for line, key, rest in lines_of(table):
            wrapped = f"{UNSEEN} {line}\u3000{UNSEEN}"
            assert told(wrapped) == (code, key, rest), line


def test_words_marked_inside_are_the_same_words() -> None:
    assert told("app\u200brove PR\u200b-1") == ("approval.approve", "PR-1", "")
    assert told("承\u200b認 PR-1") == ("approval.approve", "PR-1", "")
    assert told("approve PR-1 👩\u200d👩\u200d👧 fine")[2] == "👩\u200d👩\u200d👧 fine"


def test_a_reason_of_three_thousand_signs_is_kept_as_it_was_typed() -> None:
    reason = "見積が古い。<@U1|kenji> &amp; 🙂 " * 150
    assert told(f"差し戻し PR-1 {reason}") == ("approval.return", "PR-1", reason.strip())
    assert isinstance(meaning("差" * 3000), Unclear)
    assert isinstance(meaning("a" * 4000), Unclear)


def test_what_is_half_typed_misspelt_asked_or_denied_names_the_nearest_line() -> None:
    for row in filter(None, map(str.strip, NEAREST.splitlines())):
        line, _, near = row.partition(" => ")
        found = meaning(line)
        assert isinstance(found, Unclear), (line, found)
        assert found.nearest == near, line


def test_what_means_nothing_never_acts() -> None:
    for line, _key, _rest in lines_of(NOTHING):
        assert not isinstance(meaning(line), Found), line
    for line, _key, _rest in lines_of(WITHOUT_KEY):
        assert isinstance(meaning(line), NoKey), line


def test_the_nearest_line_is_always_one_that_works() -> None:
    for line in _mutilated(random.Random(7), 250):
        found = meaning(line)
        if isinstance(found, Unclear) and found.nearest:
            assert isinstance(meaning(found.nearest), Found | NoKey), (line, found.nearest)


def test_a_misspelt_verb_is_never_executed() -> None:
    """Whatever is done is done for a word that is spelt as one of the command's own."""
    for line in _mutilated(random.Random(11), 400):
        found = meaning(line)
        if isinstance(found, Found):
            verb = line.removeprefix("PR-1 ").split()[0]
            assert any(means(verb, form) for form in found.command.words), (line, found.command.code)


def _mutilated(dice: random.Random, times: int) -> Iterator[str]:
    """Verbs with a sign too few, too many, doubled or swapped, before and after a key."""
    words = sorted({form for one in edges.vocabulary.commands.values() if one.takes == KEY for form in one.words})
    for _time in range(times):
        word = dice.choice(words)
        at = dice.randrange(len(word))
        other = dice.choice("aeirst認戻しない")
        made = dice.choice((
            word[:at] + word[at + 1 :], word[:at] + other + word[at:], word[:at] + word[at] + word[at:],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :], word + other,
        ))  # fmt: skip
        if made and made not in words and not made.isspace():
            yield dice.choice((f"{made} PR-1 x", f"PR-1 {made} x"))


def test_no_word_means_two_things_of_one_key() -> None:
    allowed = ({"approval.agree", "agreement.agree"}, {"approval.release", "goal.resume"})
    for prefix in sorted(edges.vocabulary.prefixes - {"T"}):
        choices = [one for one in edges.vocabulary.keyed(f"{prefix}-1") if one.prefix in ("", prefix)]
        for command in choices:
            for form in command.words:
                meant = {one.code for one in choices if any(means(form, other) for other in one.words)}
                assert meant == {command.code} or meant in allowed, (prefix, form, meant)


def test_a_company_types_its_own_words(tmp_path: Path) -> None:
    own = '[approval.verb]\ndecide = "裁可"\nreturn = "差し返し"\n[purchase]\nname = "調達伺い"\n'
    (tmp_path / "ja.toml").write_text(own, encoding="utf-8")
    try:
        assert isinstance(meaning("裁可 PR-1"), Unclear)
        use_company_words(tmp_path)
        assert told("裁可 PR-1") == ("approval.approve", "PR-1", "")
        assert told("PR-1を裁可します") == ("approval.approve", "PR-1", "")
        assert told("調達伺い PR-1 差返し 見積が古い") == ("approval.return", "PR-1", "見積が古い")
        assert told("調達伺い一覧") == ("purchase.list", "", "")
        assert told("決裁 PR-1") == ("approval.approve", "PR-1", "")
        assert meaning("裁 PR-1") == Unclear("裁", "裁可 PR-1")
    finally:
        use_company_words(tmp_path / "none")


def test_the_companys_own_word_comes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "ja.toml").write_text('[approval.verb]\nreject = "承認取消"\n', encoding="utf-8")
    try:
        use_company_words(tmp_path)
        assert told("承認取消 PR-1")[0] == "approval.reject"
    finally:
        use_company_words(tmp_path / "none")


def test_a_command_added_anywhere_must_come_with_its_lines() -> None:
    """The guard of this table is itself guarded: a command without lines is found out."""
    stray = Command("a.stray", lambda talk: pytest.fail(str(talk)), ("stray", "迷子"))
    edges.vocabulary.add(stray)
    try:
        with pytest.raises(AssertionError, match="stray"):
            test_every_command_has_lines_in_both_languages()
    finally:
        del edges.vocabulary.commands["a.stray"]
