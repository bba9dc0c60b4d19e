"""Pages as Chromium takes them, with our own scripts running: whatever runs, is stopped by the policy, or asks for another site.

assert found_running(browser, {"/goals": (200, headers, page), **statics_of(company, [page])}, ["/goals"]) == []
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from playwright.sync_api import Browser, Request, Route

from tests.factories import Company

Answers = Mapping[str, tuple[int, Mapping[str, str], str | bytes]]
"""By address: status, headers, body."""
MARKED = re.compile(r"«([a-z_]+\.\w+)»")
"""Whose words these are."""
LISTEN = """
window.breaches = [];
document.addEventListener("securitypolicyviolation", said => window.breaches.push(said.violatedDirective + " " + said.blockedURI));
window.alert = window.confirm = window.prompt = window.print = () => { window.owned = 1; };
window.parent.owned = undefined;
"""
STATE = "[window.owned, window.breaches, document.querySelectorAll('main script, iframe, object, embed, base').length]"


def found_running(browser: Browser, answers: Answers, paths: Iterable[str]) -> list[str]:
    """What happened, of all that must not, while these were opened one after the other."""
    context = browser.new_context(base_url="https://collab.example", viewport={"width": 1280, "height": 900})
    context.add_init_script(LISTEN)
    said: list[str] = []
    context.route("**/*", lambda route, request: _answer(answers, said, route, request))
    page = context.new_page()
    page.on("console", lambda one: said.append(one.text) if "Content Security Policy" in one.text else None)
    page.on("dialog", lambda one: (said.append(f"dialog {one.message}"), one.dismiss()))
    page.on("pageerror", lambda one: said.append(f"error {one}"))
    for path in paths:
        page.goto(path, wait_until="load")
        state = page.evaluate(STATE)
        if state != [None, [], 0]:
            said.append(f"{path}: {state}")
    context.close()
    return said


def statics_of(company: Company, pages: Iterable[str]) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Every script, style and picture these pages bring with them."""
    wanted = {html.unescape(ref) for text in pages for ref in re.findall(r'(?:src|href)="(/static/[^"]+)"', text)}
    client, found = company.app.test_client(), {}
    for ref in sorted(wanted):
        answer = client.get(ref)
        found[ref] = (answer.status_code, dict(answer.headers), answer.data)
        answer.close()
    return found


def worth_opening(pages: Mapping[str, str], marked: re.Pattern[str] = MARKED) -> list[str]:
    """Those that show a field none before them did, the fullest first."""
    marks = {path: set(marked.findall(page)) for path, page in pages.items()}
    fields: set[str] = set()
    found = []
    for path in sorted(marks, key=lambda path: -len(marks[path])):
        if marks[path] - fields:
            found.append(path)
            fields |= marks[path]
    return found


def _answer(answers: Answers, said: list[str], route: Route, request: Request) -> None:
    """What the company answered; whatever else a page asks for is not there, and another site is a fault."""
    path = request.url.removeprefix("https://collab.example")
    if path == request.url and not path.startswith("data:"):
        said.append(f"asked for {path}")
    status, headers, body = answers.get(path) or (404, {}, "")
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in ("content-length", "content-encoding", "set-cookie")
    }
    route.fulfill(status=status, headers=kept, body=body)
