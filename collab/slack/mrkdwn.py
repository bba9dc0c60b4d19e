"""Slack's mrkdwn as HTML, for the preview: what Slack would show, and nothing user text could smuggle in."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_STYLES = (
    (re.compile(r"`([^`\n]+)`"), r"<code>\1</code>"),
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])"), r"<s>\1</s>"),
)
_QUOTE = re.compile(r"(?:^&gt; ?.*(?:\n|$))+", re.MULTILINE)


def to_html(text: str) -> Markup:
    """The words as shown: links, bold, italics, code, quotations, line breaks."""
    made, at = [], 0
    for match in _LINK.finditer(text):
        made += [_styled(text[at : match.start()]), _link(match[1], match[2] or match[1])]
        at = match.end()
    html = "".join([*made, _styled(text[at:])])
    html = _QUOTE.sub(_quoted, html)
    return Markup(html.strip("\n").replace("\n", "<br>"))  # noqa: S704 - every part went through `escape`


def _link(target: str, label: str) -> str:
    if not target.startswith(("https://", "http://")):
        return str(escape(_plain(target)))
    return f'<a href="{escape(_plain(target))}">{escape(_plain(label))}</a>'


def _styled(text: str) -> str:
    html = str(escape(_plain(text)))
    for pattern, tag in _STYLES:
        html = pattern.sub(tag, html)
    return html


def _quoted(match: re.Match[str]) -> str:
    lines = [line.removeprefix("&gt;").strip() for line in match[0].rstrip("\n").split("\n")]
    return f"<blockquote>{'<br>'.join(lines)}</blockquote>"


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
