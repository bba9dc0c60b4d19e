"""The workers' application with a few jobs more, for what no real job should do; every job is written down.

`celery -A tests.workers.rehearsal worker`. The file `rehearsal` in the var directory holds "began NAME" and "ended NAME".
"""

import os
import signal
import time
from typing import Any

from celery.signals import task_prerun, task_success

from workers.app import celery
from workers.base import settings
from workers.context import job, sweep

__all__ = ["celery"]


def write_down(what: str, name: str) -> None:
    with (settings.var_dir / "rehearsal").open("a") as file:
        file.write(f"{what} {name}\n")


@task_prerun.connect
def _began(task: Any, **_newer: Any) -> None:
    write_down("began", task.name)


@task_success.connect
def _ended(sender: Any, **_newer: Any) -> None:
    write_down("ended", sender.name)


@job(name="outbox.slow")
def slow(*, seconds: float, **_newer: Any) -> None:
    """Takes its time."""
    time.sleep(seconds)


@job(name="outbox.unlucky")
def unlucky(**_newer: Any) -> None:
    """Loses its process the first time it runs."""
    try:
        (settings.var_dir / "unlucky").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


@sweep(name="poison.sweep")
def poison(**_newer: Any) -> None:
    """Loses its process whenever it runs."""
    os.kill(os.getpid(), signal.SIGKILL)
