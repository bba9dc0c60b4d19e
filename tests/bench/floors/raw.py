"""Bare Flask and psycopg: a decision is lock, insert, update, commit. FLOOR_DATABASE names the database."""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg
from flask import Flask, jsonify, request

app = Flask(__name__)
_here = threading.local()


def connection() -> psycopg.Connection[Any]:
    """This thread's connection."""
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(os.environ["FLOOR_DATABASE"])
    found: psycopg.Connection[Any] = _here.connection
    return found


@app.post("/papers/<int:number>/decisions")
def decide(number: int) -> Any:
    """Decide on a paper's present step."""
    said: dict[str, Any] = request.get_json()
    here = connection()
    cursor = here.cursor()
    row = cursor.execute("select step, version from papers where id = %s for update", [number]).fetchone()
    assert row is not None
    step, version = row
    state = "approved" if step else "pending"
    cursor.execute(
        "insert into decisions (paper_id, step, member, verb, comment) values (%s, %s, %s, %s, %s)",
        [number, step, said["member"], said["verb"], said.get("comment")],
    )
    cursor.execute(
        "update papers set step = %s, version = %s, state = %s where id = %s", [step + 1, version + 1, state, number]
    )
    here.commit()
    return jsonify({"subject": number, "verb": said["verb"], "step": step + 1, "state": state}), 201
