"""What entries hold is said in words: every field of the sample company's whole trail, and those that it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from collab.audit import queries
from collab.audit.queries import Look
from collab.audit.views import saying
from collab.audit.views.values import Words
from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.i18n import Reader
from tests.parts.databases import Stock
from tests.parts.every_page import sample_company

ENGLISH, JAPANESE = Reader("en", "Asia/Tokyo"), Reader("ja", "Asia/Tokyo")
Trail = tuple[Actor, list[AnyRow]]
WRITTEN = (
    "agreement/giver", "agreement/due_at", "agreement/imported", "blueprint/owner_1", "blueprint/goals", "blueprint/requirement",
    "blueprint/findings", "blueprint/subject", "calendar/holidays", "calendar/mon", "calendar/opened", "channel/problem", "channel/key",
    "control/change", "control/confirmed_by", "control/gone", "control/proposed_by", "delivery/error", "delivery/gates", "delivery/lane",
    "delivery/message", "delivery/messages", "delivery/about", "department/closed_on", "department/lead", "department/added",
    "escalation/from", "escalation/is", "escalation/was", "escalation/why", "exports/cut", "exports/filters", "exports/sha256",
    "goal/asks_at", "goal/baseline_on", "goal/ceiling", "goal/denominator", "goal/floor", "goal/gathers", "goal/imported", "goal/name",
    "goal/points", "goal/role", "goal/side", "goal/token", "goal/until", "incident/happened_at", "incident/taken_by",
    "initiative/area", "initiative/until", "member/account", "member/accounts_forgotten", "member/at", "member/by_mail", "member/daily",
    "member/issuer", "member/limited_to", "member/manager", "member/minute", "member/off", "member/quiet", "member/secretary",
    "member/sessions", "member/shared", "member/token", "member/tokens", "member/wanted", "member/weekday", "member/admin",
    "member/auditor", "member/zone", "member/departments@2026-11-25", "office/holder@2026-11-25", "office/acting",
    "purchase/answer", "purchase/imported", "purchase/voices", "purchase/why",
    "purchase/owners.data", "rhythm/every_weeks", "rhythm/fresh_days", "rhythm/grace_days", "rhythm/hour", "routes/proposal",
    "site/calendar", "task/block_reason", "task/confirmer", "task/imported_by", "task/left", "task/lifter", "task/responsible",
    "task/shared_with", "task/reply_to", "task/text_before", "task/promised_at",
)  # fmt: skip
"""Names of fields that something in the product writes, by what it writes about, and nothing in the sample company has."""


@pytest.fixture(scope="module")
def trail(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    """The whole trail of the sample company, as its auditor looks at it."""
    with sample_company(stock, tmp_path_factory.mktemp("trail")) as company, company.indoors():
        me, rows, place = company.member("auditor"), [], None
        while True:
            page = queries.look(me, Look(), before=place, size=1000)
            rows += page.rows
            if page.next is None:
                break
            place = page.next
        yield me, rows


def raw_labels(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of fields, however deep, that a Japanese auditor would read as the database calls them."""
    raw: set[str] = set()
    label = Words.label

    def listened(words: Words, path: str) -> str:
        said = label(words, path)
        if any(part.isascii() for part in said.split(" · ")):
            raw.add(path)
        return said

    with monkeypatch.context() as patch:
        patch.setattr(Words, "label", listened)
        saying.lines(*trail, JAPANESE)
    return raw


def test_the_whole_sample_trail_has_no_raw_label_in_japanese(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(trail[1]) > 500
    assert raw_labels(trail, monkeypatch) == set()


@pytest.mark.parametrize("name", ["told", "confidence", "share"])
def test_a_missing_label_would_be_seen(trail: Trail, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without = {key: entry for key, entry in i18n.catalogue("ja").items() if key != f"audit.field.{name}"}
    monkeypatch.setattr(i18n, "catalogue", lambda _locale: without)
    assert raw_labels(trail, monkeypatch) == {name}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_the_sample_lacks_has_words_too(name: str) -> None:
    kind, _, path = name.rpartition("/")
    for how in (ENGLISH, JAPANESE):
        said = Words(how, (kind,)).label(path)
        assert said != path
        assert said.isascii() == (how is ENGLISH), (name, said)


def test_nobody_and_nothing_is_named_by_an_address_or_a_code(trail: Trail) -> None:
    seen = [
        (label, said)
        for line in saying.lines(*trail, JAPANESE)
        for label, *values in (*(line.changes or ()), *(line.notes or ()))
        for said in values
    ]
    assert {label for label, said in seen if re.fullmatch(r"[^@\s]+@example\.com", said)} <= {"メールアドレス"}
    codes = {label for label, said in seen if re.fullmatch(r"[a-z][a-z_]*", said)}
    assert codes <= {"コード", "カレンダー", "Slackワークスペース"}


def test_a_row_of_a_file_is_named_with_its_thing_and_its_day() -> None:
    path = "mika@example.com.departments@2026-11-25"
    assert Words(JAPANESE, ("organisation",)).label(path) == "mika@example.com · 部門（2026年11月25日）"


@pytest.mark.usefixtures("trail")
def test_values_are_said_as_their_field_asks() -> None:
    named = SimpleNamespace(name_en="Mika Tanabe", name_ja="田辺 美香")
    words = Words(JAPANESE, ("task",), people={"mika@example.com": named}, currency="JPY")
    for path, value, said in (
        ("told", [["mika@example.com", "late"], ["mika@example.com", "line"]], "田辺 美香（担当者本人）、田辺 美香（上位者）"),
        ("email", "mika@example.com", "mika@example.com"),
        ("step_name", ["Joint keys", "共同決裁"], "共同決裁"),
        ("cost.amount", "1200000", "￥1,200,000"),
        ("limit", "3000000", "￥3,000,000"),
        ("state", "accepted", "対応予定"),
        ("title", "state accepted", "state accepted"),
        ("digest_minute", 545, "9:05"),
        ("due_on", "2026-04-01", "2026年4月1日"),
        ("name_en", {"say": "audit.page.yes", "args": {}}, "はい"),
        ("cadence", {"unit": "week", "day": "mon"}, "単位：week、毎月の日：mon"),
        ("goal", "G-3", "G-3"),
        ("skipped", [], ""),
    ):  # fmt: skip
        assert words.shown(value, path) == said, path
