"""Jobs run inside the Flask application, which a worker composes once and its processes share."""

import functools
import gc
from typing import Any

import structlog
from celery import Task
from celery.signals import worker_init, worker_process_init
from flask import Flask

from collab.app import create_app
from workers.base import celery, settings
from workers.bell import ring


@functools.cache
def flask_app() -> Flask:
    """The application of this process."""
    return create_app(settings, wake=ring)


class JobInContext(Task):
    """A job with the application around it; leaving the context removes the database session."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context(), structlog.contextvars.bound_contextvars(job=self.name, job_id=self.request.id):
            return self.run(*args, **kwargs)


job = functools.partial(celery.task, base=JobInContext)
"""The decorator of a job on leased rows: `@job(name="outbox.drain")`. Its queue comes from `workers.queues.ROUTES`.

When its process dies it is handed out again: the rows it held are leased and their attempts counted, so it can neither
spin nor go on for ever.
"""

sweep = functools.partial(job, reject_on_worker_lost=False)
"""The decorator of what beat starts. When its process dies, the next tick is its retry.

Nothing counts its attempts: handed out again, one that always dies would do so many times a second, and nothing else.
"""


@worker_init.connect
def _compose_before_forking(**_newer: Any) -> None:
    """Compose in the parent: the first job does not wait for it, and the processes share its memory."""
    flask_app()
    gc.collect()
    gc.freeze()  # or the children's collectors would write to every page they share


@worker_process_init.connect
def _leave_the_parents_connections(**_newer: Any) -> None:
    """A database connection shared by two processes mixes up their answers; the parent's stay the parent's."""
    app = flask_app()
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=False)
