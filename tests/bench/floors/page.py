"""The least page on which somebody can decide: what is asked, three buttons, a reason; no style, no script."""

from __future__ import annotations

from flask import Flask, render_template_string

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title><meta name="description" content="A request waits for your decision"></head>
<body><main><h1>{{ title }}</h1>
<dl>{% for name, value in facts %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<form method="post"><p><label>Reason <textarea name="comment" rows="3"></textarea></label></p>
<p><button name="verb" value="approve">Approve</button> <button name="verb" value="return">Send back</button>
<button name="verb" value="reject">Reject</button></p></form></main></body></html>
"""
FACTS = (
    ("Asked by", "Mika Tanabe"),
    ("Vendor", "Hikari KK"),
    ("Total", "JPY 500,000"),
    ("Goal", "Answer every customer within a day"),
)
app = Flask(__name__)


@app.get("/")
def index() -> str:
    """The page."""
    return render_template_string(PAGE, title="Mail campaign tool", facts=FACTS)
