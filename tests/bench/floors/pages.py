"""The whole flow as pages, at their least: a small form with a token against forgery, and the statements of the flow's floor.
FLOOR_DATABASE names the database."""

from __future__ import annotations

import hmac
import os
import secrets
from typing import Any

from flask import Flask, Response, abort, redirect, render_template_string, request, session

from tests.bench.floors import flow
from tests.bench.floors.raw import connection

HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
"""
TOKEN = '<input type="hidden" name="csrf_token" value="{{ token }}">'
NEW = f"""{HEAD}<form method="post" action="/papers">{TOKEN}<label>Title <input name="title"></label>
<label>Amount <input name="amount"></label><button>Submit</button></form></body></html>"""
SHOW = f"""{HEAD}<p>JPY {{{{ amount }}}}, {{{{ state }}}}</p><form method="post" action="/papers/{{{{ number }}}}/decisions">{TOKEN}
<label>Reason <textarea name="comment"></textarea></label><button name="verb" value="approve">Approve</button>
<button name="verb" value="reject">Reject</button></form></body></html>"""
app = Flask(__name__)
app.secret_key = os.environ["COLLAB_SECRET_KEY"]


@app.before_request
def guard() -> None:
    """No form is taken that no page of ours held."""
    if request.method == "POST" and not hmac.compare_digest(
        session.get("token", "-"), request.form.get("csrf_token", "")
    ):
        abort(403)


@app.get("/papers/new")
def new() -> str:
    """The empty form."""
    return render_template_string(NEW, title="A new request", token=_token())


@app.post("/papers")
def create() -> Any:
    """File it."""
    here = connection()
    number = flow.file(here.cursor(), request.form["title"], int(request.form["amount"]))
    here.commit()
    return redirect(f"/papers/{number}", 303)


@app.get("/papers/<int:number>")
def show(number: int) -> str | Response:
    """One request and the buttons."""
    here = connection()
    row = here.execute("select title, amount, state from papers where id = %s", [number]).fetchone()
    here.commit()
    if row is None:
        abort(404)
    return render_template_string(SHOW, title=row[0], amount=row[1], state=row[2], number=number, token=_token())


@app.post("/papers/<int:number>/decisions")
def decide(number: int) -> Any:
    """The CMO's press, then the CIO's."""
    here, member = connection(), session["member"]
    flow.decide(
        here.cursor(), number, member, "approve" if member == flow.CMO else "decide", request.form["comment"] or None
    )
    here.commit()
    return redirect(f"/papers/{number}", 303)


def _token() -> str:
    token: str = session.setdefault("token", secrets.token_urlsafe(32))
    return token
