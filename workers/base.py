"""Celery without the jobs: its settings, each with its why. All that beat and the bell need.

The database is the truth and Celery is the bell: a lost, repeated or late job costs time, never a decision.
Nothing here knows Flask or a feature, so beat stays small and the web rings without loading what only workers do.
"""

from typing import Any

from celery import Celery
from celery.signals import setup_logging

from config import logging
from config.settings import Settings, load
from workers.queues import ROUTES, Queue
from workers.schedule import beat_schedule

SOFT_LIMIT = 120  # far above one HTTP call (10 s): only what truly hangs is interrupted
HARD_LIMIT = 150
IMPORT_LIMITS = {"soft_time_limit": 600, "time_limit": 630}  # thousands of rows are checked one by one

settings = load()
celery = Celery("collab", broker=settings.broker_url)


def options(settings: Settings) -> dict[str, Any]:
    """Celery's settings, each with its why."""
    return {
        # What was done is written in rows; a result store would be a second truth that nobody reads.
        "task_ignore_result": True,
        # Acknowledge when done, so a killed worker's job comes back. Rows count the attempts: a poison job stops there;
        # a sweep has no row of its own and does not come back (workers.context.sweep).
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        # Take one job at a time: a slow send must not sit on jobs that an idle neighbour could do.
        "worker_prefetch_multiplier": 1,
        # Soft below hard: a job may still roll back and release its lease before it is killed.
        "task_soft_time_limit": SOFT_LIMIT,
        "task_time_limit": HARD_LIMIT,
        "task_annotations": {"imports.run": IMPORT_LIMITS},
        # After SIGQUIT running jobs get this long. Below the 5 s after which the supervisor of `make run` kills.
        "worker_soft_shutdown_timeout": 4,
        # The broker may start after us, and may be away for hours.
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # A send in flight when the broker goes away is better finished than cut: cut means "did Slack get it?".
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "broker_transport_options": {
            # Above the longest hard limit: a job that still runs is never handed out a second time.
            "visibility_timeout": 900,
            # Look for abandoned jobs every 10 s; the defaults make it 100 s.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            # Without a limit, a broker that vanished without closing the connection silences beat for ever.
            "socket_timeout": 15,
            "socket_connect_timeout": 5,
        },
        # Once more, on a fresh line: without it a RabbitMQ that was restarted is dead to beat for ever. And no more: the
        # next tick is the retry.
        "task_publish_retry": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2},
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        "beat_schedule": beat_schedule(settings),
        # Intervals are counted on the steady clock (workers/schedule.py); this bounds one sleep between two looks.
        "beat_max_loop_interval": 5,
        # Intervals need no memory between starts, so beat keeps no file that could be stale or locked.
        "beat_scheduler": "celery.beat:Scheduler",
        "task_queues": {queue.value: {} for queue in Queue},
        "task_default_queue": Queue.INTERACTIVE.value,
        # A misspelt queue would collect jobs that no worker ever reads.
        "task_create_missing_queues": False,
        "task_routes": (ROUTES,),
        # Two jobs at once serve one company; `-c` raises it. The default, one per core, only costs memory.
        "worker_concurrency": 2,
        # In kB: a process that a huge import has swollen is replaced when it is done.
        "worker_max_memory_per_child": 400_000,
        # Logging is ours (config/logging.py); Celery must neither replace it nor turn print into log lines.
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }


celery.conf.update(options(settings))


@setup_logging.connect
def _set_up_logging(**_newer: Any) -> None:
    logging.configure(settings)
