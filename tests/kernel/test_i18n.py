"""Words in the reader's language; what people typed stays what they typed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collab.kernel import i18n
from collab.kernel.errors import Text
from collab.kernel.i18n import LOCALES, Reader, as_json, best_locale, from_json
from collab.kernel.money import Money

WHEN = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def test_user_text_in_an_argument_stays_text() -> None:
    for nasty in ("{n}", "{0.__class__}", "{because!r:>{n}}", "%s", "<b>"):
        assert nasty in Reader("en").say("field.required_because", because=nasty)


def test_a_format_of_ours_reaches_no_attribute() -> None:
    with pytest.raises(KeyError):
        Reader("en").say("field.too_long", other=1)


def test_numbers_choose_their_form() -> None:
    reader = Reader("en")
    assert reader.say("web.nav.waiting", n=1) != reader.say("web.nav.waiting", n=2).replace("2", "1")


def test_a_missing_word_is_shown_by_its_key_rather_than_as_nothing() -> None:
    assert Reader("en").say("no.such.word") == "no.such.word"


@pytest.mark.parametrize(
    ("locale", "zone", "said"),
    [("en", "Europe/London", "Mon 23 Nov, 05:00"), ("ja", "Asia/Tokyo", "11月23日（月） 14:00")],
)
def test_a_moment_is_said_in_the_readers_zone_and_way(locale: str, zone: str, said: str) -> None:
    assert Reader(locale, zone).moment(WHEN) == said


def test_what_is_kept_as_json_is_said_the_same_later() -> None:
    told = Text(
        "field.required_because",
        {"because": Text("field.too_long", {"n": 3}), "m": Money(5, "JPY"), "d": date(2026, 1, 2), "w": WHEN},
    )
    again = from_json(as_json(told))
    assert again == told
    for locale in LOCALES:
        assert Reader(locale).say(again) == Reader(locale).say(told)


@pytest.mark.parametrize(
    ("wanted", "locale"), [("ja-JP", "ja"), ("JA", "ja"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("", "en")]
)
def test_a_language_tag_is_one_of_ours(wanted: str | None, locale: str) -> None:
    assert best_locale(wanted) == locale


def test_a_company_lays_its_own_words_over_ours_and_only_over_ours(tmp_path: Path) -> None:
    (tmp_path / "ja.toml").write_text('[error]\nbusy = "少々お待ちください。"\n', encoding="utf-8")
    try:
        i18n.use_company_words(tmp_path)
        assert Reader("ja").say("error.busy") == "少々お待ちください。"
        (tmp_path / "ja.toml").write_text('[error]\nno_such_word = "x"\n', encoding="utf-8")
        with pytest.raises(ValueError, match="no_such_word"):
            i18n.use_company_words(tmp_path)
    finally:
        i18n.use_company_words(tmp_path / "nowhere")
    assert Reader("ja").say("error.busy") != "少々お待ちください。"


def test_words_are_read_before_anybody_needs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads of a fresh process that must all say "busy" at once read nothing: each would read every file."""
    i18n._words_of_ours.cache_clear()  # as in a fresh process
    i18n.use_company_words(tmp_path / "nowhere")
    monkeypatch.setattr("tomllib.loads", lambda _text: pytest.fail("a file was read while somebody waited"))
    assert [Reader(locale).say("error.busy") != "error.busy" for locale in LOCALES] == [True, True]
