"""A letter's second form: a simple page. Nothing is fetched, nothing is counted; one link."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

_PAGE = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family: sans-serif; line-height: 1.6; max-width: 40em; margin: 1em auto; padding: 0 1em">'
    '<h1 style="font-size: 1.25em">{title}</h1>{body}</body></html>'
)
_LINK = Markup('<p><a href="{}"><b>{}</b></a></p>')


def written_page(title: str, lines: Sequence[str], link: tuple[str, str], last: Sequence[str], locale: str) -> Markup:
    """Lines as paragraphs, then the link (its label and address), then what is small."""
    body = [_paragraph(line) for line in lines]
    body.append(_LINK.format(link[1], link[0]))
    body += [Markup("<p><small>{}</small></p>").format(line) for line in last]
    return _PAGE.format(lang=locale, title=title, body=Markup("").join(body))


def _paragraph(line: str) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(line.split("\n")))
