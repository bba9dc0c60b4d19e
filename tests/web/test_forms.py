"""Every form there is: complete, and whatever is refused comes back with what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.parts.clients import _CSRF, Pages
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, Seen, look, paths_of, sample_company
from tests.parts.forms import Form, faults, forms_of

WORDS = "What was typed here zq9typed <b>&amp;"
SHOWN = "zq9typed"


@pytest.mark.soak
@pytest.mark.parametrize("name", ["mika", "admin", "agency"])
def test_every_form_is_whole_and_gives_back_what_it_does_not_take(
    stock: Callable[[str], Stock], tmp_path: Path, name: str
) -> None:
    """What the CMO meets is looked at with the pages (`test_every_page.py`); this is what others meet besides."""
    with sample_company(stock, tmp_path) as company:
        pages = [page for page in look(company, name, "en", paths_of(company, files=False)) if page.is_page]
        assert list(losses(company, name, pages)) == []


def losses(company: SampleCompany, name: str, pages: Iterable[Seen]) -> Iterator[str]:
    """What is wrong with the forms of these pages. All were read first and are sent afterwards, so most come too late:
    somebody was faster."""
    every = {
        (re.sub(r"\d+", "1", form.action(page.path)), *sorted(form.sent(""))): (page.path, form)
        for page in pages
        for form in forms_of(page.text)
    }
    yield from (f"{path}: {fault}" for path, form in every.values() for fault in faults(form, path))
    sender = Pages(company, name)
    token = _CSRF.search(sender.get("/me").text)
    assert token
    yield from (lost for path, form in every.values() if (lost := _lost(sender, path, form, token[1])))


def _lost(pages: Pages, path: str, form: Form, token: str) -> str:
    """What becomes of a form that is full of words, where its answer does not hold them."""
    sent = form.sent(WORDS)
    if form.method != "post" or WORDS not in sent.values() or form.action(path).startswith(("/leave", "/language")):
        return ""
    answer = pages.client.post(form.action(path), data={**sent, "csrf_token": token})
    fine = answer.status_code < 400 or SHOWN in answer.text
    return "" if fine else f"{path}: POST {form.action(path)} {answer.status_code}"
