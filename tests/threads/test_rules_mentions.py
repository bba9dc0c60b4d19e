"""Who is meant by an @."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.kernel.text import normal
from collab.threads.rules.mentions import Target, find, handles, has_any


@dataclass(frozen=True)
class Person:
    id: int
    email: str
    name_en: str
    name_ja: str


@dataclass(frozen=True)
class Department:
    code: str
    name_en: str
    name_ja: str


KENJI = Person(1, "kenji@example.com", "Kenji Ono", "小野 健二")
KENJIRO = Person(2, "kenjiro@example.com", "Kenjiro Mita", "三田 健次郎")
OTHER_KENJI = Person(3, "kenji@partner.example", "Ken Partner", "外部 健")
EMMA = Person(4, "emma.clarke@example.com", "Emma Clarke", "エマ・クラーク")
NAMESAKE = Person(5, "ono.k@example.com", "Kenji Ono", "小野 賢治")
SALES = Department("sales", "Sales", "営業部")
SERVICE = Department("service", "Customer service", "カスタマーサービス部")
KNOWN = handles([KENJI, KENJIRO, EMMA], [SALES, SERVICE])


def meant(body: str, known=KNOWN) -> list[object]:
    """Ids and codes, or a set where a name means several."""
    return [
        next(iter(some)) if len(some) == 1 else some
        for some in ({target.member or target.department for target in one.targets} for one in find(body, known).named)
    ]


@pytest.mark.parametrize(
    ("body", "whom"),
    [
        ("@kenji please look", [1]), ("please look, @kenji.", [1]), ("(@kenji)", [1]), ("@KENJI", [1]), ("＠ｋｅｎｊｉ", [1]),
        ("@kenji@example.com please", [1]), ("@kenji@example.comさん", [1]), ("@kenji@elsewhere.example", []),
        ("@kenjiro", [2]), ("@kenjirou", []), ("@kenji-san", []), ("@kenji_x", []), ("@kenji's view", [1]),
        ("@小野 健二 さん", [1]), ("@小野健二さん、お願いします", [1]), ("お願いします@小野健二", [1]), ("@小野　健二", [1]), ("@小野さん", []),
        ("@Kenji Ono and @Emma Clarke", [1, 4]), ("@kenji  ono", [1]), ("@Kenji Onoda", [1]), ("@emma.clarke: yes", [4]), ("@エマ・クラークさん", [4]),
        ("@営業部", ["sales"]), ("@営業部の皆さん", ["sales"]), ("@sales", ["sales"]), ("@Customer service, please", ["service"]),
        ("@営業部 @sales @Sales", ["sales", "sales"]), ("@kenji @kenji", [1]),
        ("write to kenji@example.com", []), ("kenji@sales", []), ("a@b@kenji", []), ("@@kenji", []), ("@ kenji", []), ("@", []), ("", []),
        ("mail@営業部", []), ("@everyone @here @channel", []), ("<@kenji>", [1]), ("「@kenji」", [1]), ("@kenji\n@営業部", [1, "sales"]),
    ],
)  # fmt: skip
def test_an_at_means_whom_a_reader_would_think(body: str, whom: list[object]) -> None:
    assert meant(body) == whom


def test_a_name_two_people_bear_means_both_until_an_address_says_which() -> None:
    known = handles([KENJI, OTHER_KENJI, NAMESAKE], [SALES])
    assert meant("@kenji", known) == [{1, 3}]
    assert meant("@Kenji Ono", known) == [{1, 5}]
    assert meant("@小野健二 @kenji@partner.example", known) == [1, 3]


def test_a_word_that_names_nobody_is_said() -> None:
    assert find("@kenjj and @小野さん、 @営業部", KNOWN).unknown == ("kenjj", "小野さん")


@given(st.text(max_size=200))
def test_no_text_makes_reading_fail_and_only_known_names_are_found(body: str) -> None:
    found = find(body, KNOWN)
    assert all(one.word in KNOWN and f"@{one.word}" in normal(body) for one in found.named)
    assert not found.named or has_any(body)


@given(st.text(alphabet="@kenjiro小野健二営業部 .\n", max_size=60))
def test_reading_is_the_same_in_any_width_and_case(body: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in body)
    assert find(body, KNOWN).named == find(wide.upper(), KNOWN).named


@given(
    st.lists(st.sampled_from(["@kenji", "@kenjiro", "@営業部", "@Emma Clarke", "@小野健二"]), max_size=6),
    st.sampled_from([" ", "\n", "、", ", ", " and "]),
)
def test_everybody_named_is_found_whatever_stands_between(named: list[str], between: str) -> None:
    wanted = {normal(name[1:]) for name in named}
    assert {one.word for one in find(between.join(named), KNOWN).named} == wanted


def test_five_thousand_ats_are_read_in_no_time() -> None:
    many = handles([Person(n, f"member{n}@example.com", f"Member {n}", f"社員 {n}") for n in range(3000)], [SALES])
    assert not find("@" * 5000, many).named
    assert find("@member7 " * 500, many).named[0].targets == {Target(member=7)}
