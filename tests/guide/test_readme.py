"""README in two languages: one document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

EN, JA = (ROOT / name for name in ("README.md", "README.ja.md"))


def both(find: str) -> tuple[list[str], list[str]]:
    first, second = (re.findall(find, file.read_text(encoding="utf-8"), re.MULTILINE) for file in (EN, JA))
    return first, second


def code(text: str) -> set[str]:
    """Everything set as code: commands, settings, files; a line of the first block without what is said about it."""
    fenced = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = {line.partition("#")[0].strip() for block in fenced for line in block.splitlines()}
    return lines | set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)))


def test_as_many_headings_of_each_level() -> None:
    english, japanese = both(r"^(#+) ")
    assert english == japanese


def test_the_same_commands_settings_and_files() -> None:
    english, japanese = (code(file.read_text(encoding="utf-8")) for file in (EN, JA))
    assert english == japanese


def test_the_same_promises_with_the_same_proofs_in_the_same_order() -> None:
    english, japanese = both(r"^\|[^|]*\|([^|]*\|[^|]*)\|$")
    assert [row.strip() for row in english][1:] == [row.strip() for row in japanese][1:]


def test_the_same_links_but_for_the_language() -> None:
    english, japanese = both(r"\]\(([^)]+)\)")
    swap = {"README.ja.md": "README.md"}
    turned = {swap.get(to, to).replace(".en.", ".ja.").replace("/en/", "/ja/") for to in english}
    back = {"README.md": "README.md"}
    assert turned == {back.get(to, to) for to in japanese}


@pytest.mark.parametrize("file", [EN, JA], ids=["en", "ja"])
def test_links_lead_to_files(file: object) -> None:
    to = re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert not [address for address in to if not address.startswith("https://") and not (ROOT / address).exists()]


@pytest.mark.parametrize("file", [EN, JA], ids=["en", "ja"])
def test_proofs_that_are_named_exist(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    proofs = {one for said in re.findall(r'ARGS="?([^"`\n]+)', text) for one in said.split()}
    named = proofs | set(re.findall(r"`((?:collab|config|docs|tests|scripts|workers)/[^`\s]+)`", text))
    assert len(proofs) > 20
    assert sorted(one for one in named if not any(ROOT.glob(one))) == []
