"""A page read by its signs alone, more strictly than any browser does: every element, attribute and address in it must be one of ours.

assert astray(page) == []
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

TAG = re.compile(r"""<(?=[^\s<>=])/?([^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
VALUE = re.compile(r"""=\s*("[^"]*"|'[^']*')""")
ADDRESS = re.compile(r"""\s(?:href|src|srcset|action|formaction|data|poster|hx-\w+|content)\s*=\s*["']\s*([^"']*)""")
RUNS = re.compile(r"owned|evil|\bon\w+\s*=|\bstyle\s*=|srcdoc", re.IGNORECASE)
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
"""Those our pages are made of."""


def astray(page: str) -> list[str]:
    """What stands in a page and is not ours: elements, attributes that run something, addresses that lead elsewhere."""
    return list(_astray(page))


def _astray(page: str) -> Iterator[str]:
    for name, rest in TAG.findall(page):
        if name.lower() not in ELEMENTS or RUNS.search(VALUE.sub("", rest)):
            yield f"<{name}{rest[:200]}>"
        yield from (f"{name} {one[:100]}" for one in ADDRESS.findall(rest) if leads_astray(html.unescape(one)))


def leads_astray(address: str) -> bool:
    """Whether an address names another site without its scheme, or a scheme that runs something."""
    scheme = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.sub(r"[\t\r\n]", "", address), re.IGNORECASE)
    return address.startswith(("//", "\\")) or bool(
        scheme and scheme[1].lower() not in ("https", "http", "mailto", "slack")
    )
