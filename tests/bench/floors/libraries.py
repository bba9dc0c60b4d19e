"""A bare application that imports the libraries the product stands on: what a web process must weigh at least."""

from __future__ import annotations

import alembic
import babel.dates
import babel.numbers
import celery
import flask_compress
import flask_login
import flask_migrate
import flask_smorest
import flask_sqlalchemy
import flask_talisman
import flask_wtf
import holidays
import kombu
import marshmallow
import psycopg
import redis
import slack_bolt
import slack_sdk
import sqlalchemy.orm
import structlog
from flask import Flask

CARRIED = (
    alembic, babel, celery, flask_compress, flask_login, flask_migrate, flask_smorest, flask_sqlalchemy, flask_talisman, flask_wtf,
    holidays, kombu, marshmallow, psycopg, redis, slack_bolt, slack_sdk, sqlalchemy, structlog,
)  # fmt: skip
app = Flask(__name__)


@app.get("/")
def index() -> str:
    """Something to answer."""
    return "here"
