"""Both languages say the same things, and everything the code says has words."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from collab.kernel import errors, i18n
from tests.house.source import ROOT, calls, first_text, modules, where

SAME_IN_BOTH: frozenset[str] = frozenset()
"""Keys whose words are the same in both languages: names and codes."""
IN_ITS_OWN_LANGUAGE = {"error.refused_by_rule", "route.said", "route.step_name"}
"""Keys that show what a company wrote in two languages: each names its own placeholder."""
ERRORS = {
    name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, errors.DomainError)
}
TEMPLATE_KEY = re.compile(r"""\bt\(\s*["']([^"'{}~]+)["']""")


def words(locale: str) -> dict[str, i18n.Entry]:
    return i18n.catalogue(locale)


def texts(entry: i18n.Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(entry: i18n.Entry) -> set[str]:
    return {name for text in texts(entry) for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(autouse=True)
def product_words_only() -> None:
    i18n.use_company_words(Path("no such folder"))


def test_both_languages_have_the_same_keys() -> None:
    assert words("en").keys() == words("ja").keys()


def test_per_cent_follows_its_figure_at_once() -> None:
    apart = re.compile(r"[\d}]\s+%")
    assert not [
        key for locale in i18n.LOCALES for key, entry in words(locale).items() if any(map(apart.search, texts(entry)))
    ]


def test_every_placeholder_is_in_both_languages() -> None:
    different = {
        key
        for key in words("en")
        if key in words("ja") and placeholders(words("en")[key]) != placeholders(words("ja")[key])
    }
    counted = {key for key in different if placeholders(words("en")[key]) ^ placeholders(words("ja")[key]) == {"n"}}
    assert not different - counted - IN_ITS_OWN_LANGUAGE


def test_japanese_is_not_english() -> None:
    """A text with a letter in it that is the same in both languages was forgotten, unless it is listed."""
    same = {
        key
        for key, entry in words("en").items()
        if key in words("ja")
        and entry == words("ja")[key]
        and any(re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", text)) for text in texts(entry))
    }
    assert same == SAME_IN_BOTH


def test_japanese_is_written_in_japanese() -> None:
    foreign = [
        key
        for key, entry in words("ja").items()
        for text in texts(entry)
        if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}|`[^`]*`", "", text))
        and not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text)
        and key not in SAME_IN_BOTH
    ]
    assert not foreign


def test_japanese_brackets_are_japanese() -> None:
    """（ ） beside Japanese, as everywhere in the product; half-width ones stand in formulas and codes alone."""
    half = [
        key
        for key, entry in words("ja").items()
        for text in texts(entry)
        if re.search(
            r"[\u3040-\u30ff\u4e00-\u9fff] ?\(|\([^()]*[\u3040-\u30ff\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", text)
        )
    ]
    assert not half


def test_no_key_is_said_by_two_features() -> None:
    seen: dict[str, str] = {}
    twice = []
    for file in sorted((ROOT / "collab").glob("*/words/en.toml")):
        for key in i18n.flatten(__import__("tomllib").loads(file.read_text(encoding="utf-8"))):
            twice += [f"{key}: {seen[key]} and {file.parent.parent.name}"] if key in seen else []
            seen[key] = file.parent.parent.name
    assert not twice


def test_every_refusal_has_words() -> None:
    """`NotNow("already_acted")` is said with `error.already_acted`; a default code with its class's."""
    missing = []
    for module in modules("collab"):
        for name, call in calls(module):
            if name.rpartition(".")[2] not in ERRORS:
                continue
            code = _code(name.rpartition(".")[2], call)
            if code and f"error.{code}" not in words("en"):
                missing.append(f"{where(module, call)} error.{code}")
    codes = {getattr(errors, error).code for error in ERRORS}
    missing += [f"kernel error.{code}" for code in codes if f"error.{code}" not in words("en")]
    assert not missing, missing


def test_every_permits_refusal_has_words(app: object) -> None:
    from collab.kernel.permits import permits

    codes = {row.why_not for row in permits.values()} | {
        f"barred_{bar}" for row in permits.values() for bar in row.unless
    }
    assert not sorted(code for code in codes if f"error.{code}" not in words("en"))


def test_every_text_written_in_the_code_has_words() -> None:
    missing = []
    for module in modules("collab"):
        for name, call in calls(module):
            key = first_text(call)
            if key and name.rpartition(".")[2] in ("Text", "say") and key not in words("en") and _is_key(key):
                missing.append(f"{where(module, call)} {key}")
    assert not missing, missing


def test_every_text_written_in_a_template_has_words() -> None:
    missing = [
        f"{file.relative_to(ROOT)} {key}"
        for file in sorted((ROOT / "collab").rglob("templates/**/*.html"))
        for key in TEMPLATE_KEY.findall(file.read_text(encoding="utf-8"))
        if key not in words("en") and not key.endswith((".", "_", "CODE"))  # completed by what follows
    ]
    assert not missing, missing


def test_every_word_is_said_somewhere() -> None:
    """A key is used when it, or a beginning of it that code completes, stands in the source."""
    said = _literals()
    beginnings = tuple(text for text in said if text.endswith((".", "_")) and "." in text)
    endings = tuple(text for text in said if text.startswith("."))
    unused = [
        key
        for key in words("en")
        if key not in said
        and not key.startswith(beginnings)
        and not key.endswith(endings)
        and not _by_its_table(key, said)
        and not _error_code(key, said)
    ]
    assert not unused, f"{len(unused)} words nobody says: {unused}"


def _code(name: str, call: ast.Call) -> str | None:
    """The stable code: the first argument, or the second of Invalid."""
    if name == "Invalid":
        second = call.args[1] if len(call.args) > 1 else None
        return second.value if isinstance(second, ast.Constant) else None
    return first_text(call)


def _is_key(text: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", text) is not None


def _literals() -> set[str]:
    """Every literal piece of text in source and templates; the pieces of an f-string count one by one."""
    found: set[str] = set()
    for module in modules("collab"):
        found |= {
            node.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    for file in (ROOT / "collab").rglob("templates/**/*.html"):
        found |= set(re.findall(r"""["']([\w.]+)["']""", file.read_text(encoding="utf-8")))
    return found


def _by_its_table(key: str, said: set[str]) -> bool:
    """`people.language` stands in the code, and a choice completes it."""
    table = key.rpartition(".")[0]
    return "." in table and table in said


def _error_code(key: str, said: set[str]) -> bool:
    return key.startswith("error.") and (
        key.removeprefix("error.") in said or key.startswith(("error.barred_", "error.http"))
    )
