"""The texts themselves: both languages alike, short, nothing in them that leads nowhere or that the product does not call so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from collab.guide import queries, rules
from collab.kernel.i18n import LOCALES, Reader, catalogue
from collab.slack import grammar
from collab.slack.registry import edges
from tests.house.source import ROOT

MOST_LINES = 8
LONGEST_LINE = {"en": 190, "ja": 110}
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)]+)\)")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<name>[^)]+)\)")
TYPED = re.compile(r"`/collab (?P<line>[^`]+)`")
NAMED = re.compile(r"""\.help\(\s*["'](?P<topic>[\w-]+)["']\s*,\s*["'](?P<anchor>[\w-]+)["']\s*\)""")
HELP = re.compile(r"""["'(](?P<to>/help/[\w-]+(?:#[\w-]+)?)["')]""")
WANTED = {
    "purchases/show.html", "purchases/form.html", "home/inbox.html", "goals/checkin.html", "tasks/show.html", "people/me.html", "access/mine.html", "access/sign_in.html", "controls/admin.html",
    "people/standing_in.html", "initiatives/charter.html", "blueprints/show.html", "pulses/show.html", "outbox/delivery.html",
    "imports/index.html", "approvals/proposals.html", "people/slack.html",
}  # fmt: skip
"""Pages on which somebody who hesitates finds the paragraph they need."""


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> None:
    """Words as the product says them."""
    queries.forget()


def source(locale: str, topic: str) -> str:
    return (queries.TEXTS / locale / f"{topic}.md").read_text(encoding="utf-8")


def texts() -> Iterator[tuple[str, str, str]]:
    for locale in LOCALES:
        for topic in queries.TOPICS:
            yield locale, topic, source(locale, topic)


def anchors(locale: str) -> dict[str, list[str]]:
    return {page.topic: [part.anchor for part in page.parts] for page in queries.list_pages(locale)}


def templates() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "collab").glob("*/templates/**/*.html")):
        yield "/".join(file.parts[file.parts.index("templates") + 1 :]), file.read_text(encoding="utf-8")


def test_every_text_is_listed_and_every_topic_is_written_in_both_languages() -> None:
    for locale in LOCALES:
        assert {file.stem for file in (queries.TEXTS / locale).glob("*.md")} == set(queries.TOPICS)


def test_both_languages_have_the_same_tasks_in_the_same_order() -> None:
    assert anchors("en") == anchors("ja")
    assert all(len(set(found)) == len(found) for found in anchors("en").values())


@pytest.mark.parametrize("topic", queries.TOPICS)
def test_both_languages_name_the_same_words_links_and_pictures(topic: str) -> None:
    for find in (rules.WORD.findall, LINK.findall, IMAGE.findall):
        named = [
            sorted(row if isinstance(row, str) else row[-1] for row in find(source(each, topic))) for each in LOCALES
        ]
        assert named[0] == named[1]
    counts = [len(TYPED.findall(source(locale, topic))) for locale in LOCALES]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_task_is_told_in_a_few_short_lines(locale: str) -> None:
    long = []
    for topic in queries.TOPICS:
        for title, anchor, text in _parts(source(locale, topic)):
            lines = [line for line in text.splitlines() if line.strip() and not IMAGE.match(line)]
            assert title.strip()
            long += [f"{topic}#{anchor}: {len(lines)} lines"] if len(lines) > MOST_LINES else []
            said = [rules.WORD.sub("", LINK.sub("", line)) for line in lines]
            long += [f"{topic}#{anchor}: {line}" for line in said if len(line) > LONGEST_LINE[locale]]
    assert not long


def _parts(text: str) -> list[tuple[str, str, str]]:
    pieces = rules.PART.split(text)[1:]
    return list(zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True))


def test_every_heading_is_a_task_with_an_anchor() -> None:
    stray = [
        f"{locale}/{topic}: {line}"
        for locale, topic, text in texts()
        for line in text.splitlines()[1:]
        if line.startswith("#") and not rules.PART.fullmatch(line)
    ]
    assert not stray


def test_words_are_the_catalogues_and_need_no_arguments() -> None:
    wrong = [
        f"{topic}: {key}"
        for locale, topic, text in texts()
        for key in rules.WORD.findall(text)
        if not isinstance(catalogue(locale).get(key), str) or "{" in str(catalogue(locale)[key])
    ]
    assert not wrong


def test_no_word_of_the_product_is_left_unsaid() -> None:
    for locale in LOCALES:
        for page in queries.list_pages(locale):
            assert not [part.anchor for part in page.parts if "{word" in part.body or "](" in part.body]


def test_every_link_leads_to_a_page_or_to_a_task_of_the_guide(app: Flask) -> None:
    known = {f"/help/{topic}#{anchor}" for topic, found in anchors("en").items() for anchor in found}
    to = {found["to"] for _locale, _topic, text in texts() for found in LINK.finditer(text)}
    assert not {address for address in to if address.startswith("/help/")} - known
    ours = [address for address in to if not address.startswith(("/help/", "https://"))]
    assert ours
    assert not [address for address in ours if not _answers(app, address)]


def _answers(app: Flask, address: str) -> bool:
    try:
        app.url_map.bind("").match(address.partition("#")[0], method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def test_no_raw_html() -> None:
    assert not [topic for _locale, topic, text in texts() if re.search(r"<[a-zA-Z/!]", text)]


def test_what_may_be_typed_in_slack_means_what_it_says(app: Flask) -> None:
    for locale, topic, text in texts():
        for found in TYPED.finditer(text):
            meaning = grammar.parse(found["line"], edges.vocabulary)
            assert isinstance(meaning, grammar.Found), f"{locale}/{topic}: {found['line']}: {meaning}"


def test_each_language_types_the_same_commands(app: Flask) -> None:
    for topic in queries.TOPICS:
        english, japanese = (_meant(source(locale, topic)) for locale in LOCALES)
        assert english == japanese, topic


def _meant(text: str) -> list[str]:
    meanings = [grammar.parse(found["line"], edges.vocabulary) for found in TYPED.finditer(text)]
    return [meaning.command.code for meaning in meanings if isinstance(meaning, grammar.Found)]


def test_every_picture_is_there_in_both_languages_and_widths_and_has_words() -> None:
    named = {found["name"] for _locale, _topic, text in texts() for found in IMAGE.finditer(text)}
    wanted = {
        queries.image_name(name, locale, width) for name in named for locale in LOCALES for width in queries.WIDTHS
    }
    kept = {file.name for file in queries.IMAGES.iterdir()}
    assert wanted == kept, "make pictures"
    alts = [found["alt"] for _locale, _topic, text in texts() for found in IMAGE.finditer(text)]
    assert all(len(alt) > 10 for alt in alts)
    assert sum(file.stat().st_size for file in queries.IMAGES.iterdir()) < 4_000_000


def test_what_a_template_names_is_in_the_guide_and_the_pages_that_need_help_have_it() -> None:
    known = {(topic, anchor) for topic, found in anchors("en").items() for anchor in found}
    named = [(name, (found["topic"], found["anchor"])) for name, text in templates() for found in NAMED.finditer(text)]
    calls = sum(text.count(".help(") for _name, text in templates())
    assert len(named) == calls, "an anchor is named outright, so that this test sees it"
    assert not [f"{name}: {wanted}" for name, wanted in named if wanted not in known]
    assert not WANTED - {name for name, _wanted in named}


def test_what_links_to_the_guide_names_a_page_or_task_of_it() -> None:
    known = {f"/help/{topic}" for topic in queries.TOPICS}
    known |= {f"/help/{topic}#{anchor}" for topic, found in anchors("en").items() for anchor in found}
    files = [*(ROOT / "collab").rglob("*.html"), *(ROOT / "collab").rglob("*.toml"), *_sources()]
    wrong = [
        f"{file.name}: {found['to']}"
        for file in files
        for found in HELP.finditer(file.read_text(encoding="utf-8"))
        if found["to"] not in known and not found["to"].startswith("/help/images")
    ]
    assert not wrong


def _sources() -> list[Path]:
    return [file for file in (ROOT / "collab").rglob("*.py") if "migrations" not in file.parts]


def test_a_companys_own_word_is_the_guides_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "say", lambda _self, key, **_args: "もどす" if key == "purchase.act.return" else key)
    queries.forget()
    assert "<b>もどす</b>" in queries.get_part("ja", "approver", "send-back").body
    queries.forget()
