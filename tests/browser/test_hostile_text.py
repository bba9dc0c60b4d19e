"""Text that is a program elsewhere is text here: every payload in every field, on every page that shows it.

The sample company is read with all payloads in everything anybody wrote, first as text, then by Chromium with our own scripts
running: 0 executions, 0 breaches of the content policy.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Request, Route
from sqlalchemy import select

from collab.kernel.db import Base, db
from collab.subjects.queries import list_summaries
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.world import hostile_company, is_written, written
from tests.parts.clients import Pages
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, paths_of, speak
from tests.parts.leaks import _uncounted

TAG = re.compile(r"""<(?=[^\s<>=])/?([^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
VALUE = re.compile(r"""=\s*("[^"]*"|'[^']*')""")
ADDRESS = re.compile(r"""\s(?:href|src|srcset|action|formaction|data|poster|hx-\w+|content)\s*=\s*["']\s*([^"']*)""")
ELEMENTS = frozenset(
    [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "blockquote",
        "br",
        "button",
        "caption",
        "circle",
        "code",
        "col",
        "colgroup",
        "dd",
        "details",
        "dfn",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "g",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "del",
        "label",
        "legend",
        "li",
        "line",
        "main",
        "mark",
        "meter",
        "nav",
        "noscript",
        "ol",
        "optgroup",
        "option",
        "output",
        "p",
        "path",
        "picture",
        "polygon",
        "polyline",
        "pre",
        "progress",
        "rect",
        "s",
        "samp",
        "section",
        "select",
        "small",
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "text",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tspan",
        "u",
        "ul",
        "use",
        "var",
        "kbd",
        "defs",
        "desc",
        "datalist",
        "search",
        "bdi",
        "bdo",
    ]
)
MARKED = re.compile(r"«([a-z_]+\.\w+)»")
UNSEEN = {
    "access_review_lines.facts", "access_review_lines.note", "audit_entries.before", "blueprint_differences.text",
    "blueprint_drifts.content", "blueprint_points.unjustified_reason", "blueprint_requirements.unjustified_reason",
    "control_changes.after", "control_changes.before", "control_changes.fields", "escalations.manual_reason", "goal_discussions.note",
    "goal_shifts.after", "goal_shifts.before", "goals.pause_reason", "groups.name_en", "groups.name_ja", "imports.changes",
    "imports.errors", "imports.file_name", "incidents.false_alarm_reason", "initiative_health.note", "offices.name_ja",
    "outbox_attempts.problem", "partners.name_ja", "purchase_shares.note", "route_proposals.comment", "route_proposals.reason",
    "sessions.browser", "signature_sheets.void_reason", "sites.name_ja", "subject_texts.inner", "subject_texts.text", "tokens.label",
    "web_drafts.fields",
}  # fmt: skip
"""Of these the sample company has none to show, or shows them to others than those who read here."""
RUNS = re.compile(r"owned|evil|\bon\w+\s*=|\bstyle\s*=|srcdoc", re.IGNORECASE)
LISTEN = """
window.breaches = [];
document.addEventListener("securitypolicyviolation", said => window.breaches.push(said.violatedDirective + " " + said.blockedURI));
window.alert = window.confirm = window.prompt = window.print = () => { window.owned = 1; };
window.parent.owned = undefined;
"""


@dataclass
class Shown:
    """What the company reads, by address: status, headers, body; and static files beside it."""

    company: SampleCompany
    pages: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    statics: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def shown(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Every page of the hostile company, as the first of those who may see it does."""
    with hostile_company(stock, tmp_path_factory.mktemp("hostile")) as company, _uncounted():
        found = Shown(company)
        speak(company, "en")
        paths = [*paths_of(company, files=False), *_talked_about(company)]
        for name in ("cmo", "admin", "auditor", "mika", "agency"):
            reading = Pages(company, name)
            for path in paths:
                if path == "/" or quote(path, safe="/?&=%") not in found.pages:
                    answer = reading.get(path)
                    if answer.status_code == 200 and answer.mimetype == "text/html":
                        found.pages[quote(path, safe="/?&=%") if path != "/" else f"/?{name}"] = (
                            200,
                            dict(answer.headers),
                            answer.text,
                        )
                    assert answer.status_code < 500, path
        wanted = {
            ref for _, _, text in found.pages.values() for ref in re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
        }
        client = company.app.test_client()
        for ref in sorted(wanted):
            answer = client.get(html.unescape(ref))
            found.statics[html.unescape(ref)] = (answer.status_code, dict(answer.headers), answer.data)
            answer.close()
        yield found


def _talked_about(company: SampleCompany) -> list[str]:
    """The pages of what people said something about."""
    with company.indoors():
        tables = [
            one
            for one in Base.metadata.sorted_tables
            if "subject_key" in one.columns and any(map(is_written, one.columns))
        ]
        keys = {
            key
            for one in tables
            if one.name != "audit_entries"
            for key in db.session.scalars(select(one.c.subject_key))
        }
        return sorted({one.path for one in list_summaries(company.member("auditor"), sorted(keys)).values()})


def test_no_payload_became_part_of_a_page(shown: Shown) -> None:
    assert len(PROGRAMS) >= 60
    assert len(shown.pages) > 110
    wrong = []
    for path, (_, _, page) in shown.pages.items():
        for name, rest in TAG.findall(page):
            if name.lower() not in ELEMENTS or RUNS.search(VALUE.sub("", rest)):
                wrong.append(f"{path}: <{name}{rest[:200]}>")
            wrong += [
                f"{path}: {name} {one[:100]}" for one in ADDRESS.findall(rest) if _leads_astray(html.unescape(one))
            ]
    assert wrong == []


def _leads_astray(address: str) -> bool:
    scheme = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.sub(r"[\t\r\n]", "", address), re.IGNORECASE)
    return address.startswith(("//", "\\")) or bool(
        scheme and scheme[1].lower() not in ("https", "http", "mailto", "slack")
    )


def test_every_payload_and_every_field_is_shown_as_it_was_written(shown: Shown) -> None:
    read = {path: html.unescape(page) for path, (_, _, page) in shown.pages.items()}
    assert [name for name, one in PROGRAMS.items() if not any(one in page for page in read.values())] == []
    seen = {name for page in shown.pages.values() for name in MARKED.findall(page[2])}
    assert {str(one) for one in written()} - seen - UNSEEN == set()


@pytest.mark.parametrize(
    "everywhere", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["each field", "each page"]
)
def test_nothing_ever_runs(shown: Shown, browser: Browser, everywhere: bool) -> None:
    context = browser.new_context(base_url="https://collab.example", viewport={"width": 1280, "height": 900})
    context.add_init_script(LISTEN)
    said: list[str] = []
    context.route("**/*", lambda route, request: _answer(shown, said, route, request))
    page = context.new_page()
    page.on("console", lambda one: said.append(one.text) if "Content Security Policy" in one.text else None)
    page.on("dialog", lambda one: (said.append(f"dialog {one.message}"), one.dismiss()))
    page.on("pageerror", lambda one: said.append(f"error {one}"))
    for path in list(shown.pages) if everywhere else _worth_opening(shown):
        page.goto(path, wait_until="load")
        state = page.evaluate(
            "[window.owned, window.breaches, document.querySelectorAll('main script, iframe, object, embed, base').length]"
        )
        if state != [None, [], 0]:
            said.append(f"{path}: {state}")
    context.close()
    assert said == []


def _worth_opening(shown: Shown) -> list[str]:
    """Those that show a field none before them did, the fullest first."""
    marked = {path: set(MARKED.findall(page)) for path, (_, _, page) in shown.pages.items()}
    fields: set[str] = set()
    found = []
    for path in sorted(marked, key=lambda path: -len(marked[path])):
        if marked[path] - fields:
            found.append(path)
            fields |= marked[path]
    return found


def _answer(shown: Shown, said: list[str], route: Route, request: Request) -> None:
    """What the company answered; whatever else a page asks for is not there, and another site is a fault."""
    path = request.url.removeprefix("https://collab.example")
    if path == request.url and not path.startswith("data:"):
        said.append(f"asked for {path}")
    status, headers, body = shown.pages.get(path) or shown.statics.get(path) or (404, {}, "")
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in ("content-length", "content-encoding", "set-cookie")
    }
    route.fulfill(status=status, headers=kept, body=body)
