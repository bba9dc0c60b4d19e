"""Finding: one sign, any width, either kana; newest first and bounded; by what only insiders read, for insiders alone."""

from __future__ import annotations

import pytest

from collab.home.rules.snippets import snippet
from collab.home.views.finding import snippets
from collab.kernel.text import folded, spelled
from collab.subjects import queries, service
from collab.subjects.queries import Hunt, searching
from tests.factories import Company
from tests.parts.databases import on_both


def found(company: Company, name: str, words: str, **narrowed: str) -> list[str]:
    while service.index():
        pass
    hits = queries.search_for(company.member(name), Hunt(words, **narrowed)).hits
    return [hit.summary.key for some in hits.values() for hit in some]


@on_both
@pytest.mark.usefixtures("indoors")
def test_one_sign_either_kana_and_any_width_find(company: Company) -> None:
    key = company.filed(title="税の計算ソフト", vendor="ヒカリ商会", purpose="ガス料金")
    for words in ("税", "税 ソ", "ひかり", "ﾋｶﾘ", "ヒかリ", "ｶﾞｽ", "がす", "税 ひかり"):
        assert found(company, "mika", words) == [key], words
    for words in ("鬼", "税 鬼", "カス", "税計"):
        assert found(company, "mika", words) == [], words
    assert found(company, "kenji", "税") == []


@on_both
@pytest.mark.usefixtures("indoors")
def test_words_of_a_decision_find_it_for_whoever_may_read_how_it_came_about(company: Company) -> None:
    key = company.filed(visibility="company", title="Open to all")
    company.decide(key, "cmo", "return", "秘匿理由あり")
    assert found(company, "mika", "秘匿理由") == [key]
    assert found(company, "cmo", "open 秘匿") == [key]
    assert found(company, "kenji", "open") == [key], "everybody sees the request"
    for name in ("kenji", "emma", "agency"):
        assert found(company, name, "秘匿理由") == [], name
    hits = queries.search_for(company.member("mika"), Hunt("秘匿理由")).hits
    (pieces,) = snippets(company.member("mika"), hits, "秘匿理由").values()
    assert [piece.text for piece in pieces if piece.hit] == ["秘匿理由"]
    plain = snippets(company.member("kenji"), queries.search_for(company.member("kenji"), Hunt("open")).hits, "open")
    assert "秘匿" not in "".join(piece.text for some in plain.values() for piece in some)


@pytest.mark.usefixtures("indoors")
def test_what_only_insiders_read_of_a_request_finds_it_for_nobody_else(company: Company) -> None:
    key = company.filed(visibility="company", title="Open to all", cx_impact="Queues zqplan vanish")
    assert found(company, "mika", "zqplan") == [key]
    for name in ("kenji", "emma", "agency"):
        assert found(company, name, "zqplan") == [], name
    hits = queries.search_for(company.member("kenji"), Hunt("open")).hits
    plain = snippets(company.member("kenji"), hits, "open")
    assert "zqplan" not in "".join(piece.text for some in plain.values() for piece in some)


@pytest.mark.usefixtures("indoors")
def test_kind_and_state_narrow_and_each_kind_is_newest_first(company: Company) -> None:
    keys = [company.filed(title=f"Customer tool {number}") for number in range(3)]
    company.decide(keys[0], "cmo", "reject", "No")
    assert found(company, "cmo", "customer", kind="purchase") == keys[::-1]
    assert found(company, "cmo", "customer", kind="purchase", state="rejected") == keys[:1]
    assert found(company, "cmo", "customer", kind="goal") == []
    assert set(found(company, "cmo", "customer")) == set(keys)


@pytest.mark.usefixtures("indoors")
def test_a_search_stops_when_it_has_enough_and_when_it_looked_at_enough(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [company.filed(title="Customer tool") for _ in range(5)]
    while service.index():
        pass
    enough = queries.search_for(company.member("cmo"), Hunt("customer"), limit=2)
    assert [hit.summary.key for hit in enough.hits["purchase"]] == keys[:2:-1]
    assert enough.cut == {"purchase"}
    monkeypatch.setattr(searching, "STEPS", (1, 2))
    some = queries.search_for(company.member("cmo"), Hunt("customer"))
    assert ([hit.summary.key for hit in some.hits["purchase"]], some.cut) == (keys[:1:-1], {"purchase"})
    hidden = queries.search_for(company.member("kenji"), Hunt("customer"))
    assert hidden.hits == {}


def test_what_is_written_for_comparing_knows_where_it_stands() -> None:
    for text in ("ＰＲ－１２　ｶﾞｽ  税", "Straße ㍿ x", "A\n\tB", "", "ﾞ"):
        plain, places = spelled(text)
        assert len(plain) == len(places)
        assert places == sorted(places)
        assert plain.split() == folded(text).split()


def test_a_snippet_marks_every_word_as_it_was_written() -> None:
    pieces = snippet("来期の　ﾋｶﾘ商会 <b>税</b> の件", ["ひかり", "税"])
    assert [piece.text for piece in pieces if piece.hit] == ["ﾋｶﾘ", "税"]
    assert "".join(piece.text for piece in pieces) == "来期の　ﾋｶﾘ商会 <b>税</b> の件"
    far = snippet("あ" * 500 + "税" + "い" * 500, ["税"])
    assert [piece.text for piece in far if piece.hit] == ["税"]
    assert far[0].text == far[-1].text == "…"
    assert sum(len(piece.text) for piece in far) < 150
    assert [piece.hit for piece in snippet("nothing here", ["税"])] == [False]
