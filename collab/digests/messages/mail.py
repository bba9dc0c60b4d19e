"""An issue as a letter: plain words, and the same as a simple page. Nothing is fetched, nothing is counted; links only."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from collab.digests.messages import slack
from collab.digests.messages.issue import Ask, Part, Row, Shown
from collab.kernel.i18n import Reader
from collab.mail.letter import Letter

BULLET, INDENT = "-", "  "
_PAGE = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; margin: 1em auto; padding: 0 1em">'
    "{body}</body></html>"
)


def letter(issue: Shown, reader: Reader, *, to: str, delivery_id: str) -> Letter:
    """The letter; its subject says the most pressing thing, as a lock screen would."""
    return Letter(
        to=to, subject=slack.gist(issue, reader), text=text(issue, reader), html=str(html(issue, reader)),
        delivery_id=delivery_id, settings=issue.settings, language=reader.locale,
    )  # fmt: skip


def text(issue: Shown, reader: Reader) -> str:
    """In plain words."""
    return "\n".join(_text(issue, reader)) + "\n"


def _text(issue: Shown, reader: Reader) -> Iterator[str]:
    yield issue.title
    yield ""
    yield _waiting(issue, reader)
    for ask in issue.asks or ():
        yield f"{BULLET} {ask.ask}: {ask.key} {_line(ask.title)}"
        yield INDENT + " · ".join(said for said in (ask.when, ask.by, ask.address) if said)
    if issue.asks_more:
        yield f"{BULLET} {reader.say('digest.needs_more', n=issue.asks_more)}: {issue.inbox}"
    for part in issue.parts:
        yield from _part_text(part, reader)
    yield ""
    yield f"{reader.say('digest.web')}: {issue.web}"
    yield f"{reader.say('digest.settings')}: {issue.settings}"


def _part_text(part: Part, reader: Reader) -> Iterator[str]:
    yield ""
    yield f"{part.name} ({part.count})"
    for row in part.rows:
        yield f"{BULLET} {row.key} {_line(row.title)}" if row.key else f"{BULLET} {_line(row.words)}"
        if row.key and row.said:
            yield INDENT + _line(row.said)
        if row.address:
            yield INDENT + row.address
    if part.more:
        yield f"{BULLET} {reader.say('digest.more', n=part.more)}: {part.address}"


def _line(words: str) -> str:
    """User text on one line, so that it cannot look like a heading of ours."""
    return " ".join(words.split())


def _waiting(issue: Shown, reader: Reader) -> str:
    return reader.say("digest.needs", n=issue.waiting) if issue.waiting else reader.say("digest.needs_none")


def html(issue: Shown, reader: Reader) -> Markup:
    """As a page without pictures, styles from elsewhere or script."""
    parts = [Markup("<h1>{}</h1><h2>{}</h2>").format(issue.title, _waiting(issue, reader)), _asks(issue, reader)]
    parts += [_part_html(part, reader) for part in issue.parts]
    parts.append(Markup('<p><a href="{}">{}</a> · <a href="{}">{}</a></p>').format(
        issue.web, reader.say("digest.web"), issue.settings, reader.say("digest.settings")
    ))  # fmt: skip
    return _PAGE.format(lang=reader.locale, title=issue.title, body=Markup("").join(parts))


def _asks(issue: Shown, reader: Reader) -> Markup:
    rows = [_ask_html(ask) for ask in issue.asks or ()]
    if issue.asks_more:
        rows.append(_link_row(issue.inbox, reader.say("digest.needs_more", n=issue.asks_more)))
    return _list(rows)


def _ask_html(ask: Ask) -> Markup:
    facts = " · ".join(said for said in (ask.when, ask.by) if said)
    return Markup('<li><b>{}</b><br><a href="{}">{} {}</a><br>{}</li>').format(
        ask.ask, ask.address, ask.key, ask.title, facts
    )


def _part_html(part: Part, reader: Reader) -> Markup:
    rows = [_row_html(row) for row in part.rows]
    if part.more:
        rows.append(_link_row(part.address, reader.say("digest.more", n=part.more)))
    return Markup("<h2>{} ({})</h2>").format(part.name, part.count) + _list(rows)


def _row_html(row: Row) -> Markup:
    if not row.key:
        return Markup("<li>{}</li>").format(row.words)
    return Markup('<li><a href="{}">{}</a> {}<br>{}</li>').format(row.address, row.key, row.title, row.said)


def _link_row(address: str, words: str) -> Markup:
    return Markup('<li><a href="{}">{}</a></li>').format(address, words)


def _list(rows: list[Markup]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(map(escape, rows))) if rows else Markup("")
