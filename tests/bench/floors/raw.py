"""Bare Flask and psycopg: the decision of the whole flow's floor, over HTTP. FLOOR_DATABASE names the database."""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg
from flask import Flask, jsonify, request

from tests.bench.floors import flow

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
    flow.decide(here.cursor(), number, said["member"], said["verb"], said.get("comment"))
    here.commit()
    return jsonify({"subject": number, "verb": said["verb"], "state": "pending"}), 201
