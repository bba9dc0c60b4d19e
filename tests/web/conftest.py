"""Every page of the sample company, fetched once for all that is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from collab.kernel.i18n import LOCALES
from tests.parts.databases import Stock
from tests.parts.every_page import FILES, SampleCompany, Seen, look, paths_of, prints, sample_company
from tests.parts.leaks import _uncounted

ROLES = ("cmo", "mika", "admin", "agency", "auditor")
"""Who looks, in this order; a page is kept as the first of them sees it."""
TOUCHED = {"sessions": ("seen_at",), "tokens": ("used_on",)}
"""All that reading changes: when a session was last seen, from which its idle end is counted, and a token last used."""


@dataclass
class Looked:
    """What everybody saw, and what of the database was not as before afterwards."""

    company: SampleCompany
    pages: dict[tuple[str, str], tuple[str, Seen]] = field(default_factory=dict)
    """By language and address: who saw it, and what."""
    broken: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def looked(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """The CMO and the auditor read everything, the others their share: each in one language, and whoever sees a page first reads it in both."""
    with sample_company(stock, tmp_path_factory.mktemp("every-page")) as company:
        found = Looked(company)
        every = paths_of(company, api=True)
        with _uncounted():
            for number, name in enumerate(ROLES):
                mine = [path for place, path in enumerate(every) if _for(found, number, place, path)]
                _read(found, name, "ja" if number % 2 else "en", mine)
                fresh = [
                    path
                    for language, path in found.pages
                    if (("ja" if language == "en" else "en"), path) not in found.pages
                ]
                _read(found, name, "en" if number % 2 else "ja", fresh)
        for language in ("en", "ja"):
            _read(found, None, language, ["/", "/docs", "/components", "/help", "/nowhere"])
        yield found


def _for(found: Looked, number: int, place: int, path: str) -> bool:
    """The first and the last of those who look read everything. The others share pages between them, and read whatever nobody
    has seen yet; calls and files look alike to everybody who may read them."""
    if number in (0, len(ROLES) - 1):
        return True
    if path.startswith("/api/") or FILES.search(path):
        return False
    return place % (len(ROLES) - 2) == number - 1 or not any((language, path) in found.pages for language in LOCALES)


def _read(found: Looked, name: str | None, language: str, paths: list[str]) -> None:
    company = found.company
    answers = look(company, name, language, paths)
    first = next(answers, None)  # signing in and the language are behind us
    before = prints(company, but=TOUCHED)
    for seen in [*([first] if first else []), *answers]:
        if seen.status >= 500:
            found.broken.append(f"{name} {language} {seen.path}: {seen.status}")
        if seen.is_page:
            found.pages.setdefault((language, seen.path), (str(name), seen))
    after = prints(company, but=TOUCHED)
    found.changed += [f"{name} {table}" for table, print_ in after.items() if before[table] != print_]
