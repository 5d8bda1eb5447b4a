"""Hints to Celery: sent when the transaction has committed, by the task's name.

A hint may be lost; a sweep over PostgreSQL finds the work again. So nothing here raises.
"""

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def enqueue_on_commit(task_name: str, *args: Any, queue: str = "default") -> None:
    """Ask a worker to run `task_name` with `args` (ids only) once this transaction is committed."""
    transaction.on_commit(partial(_publish, task_name, args, queue))


def _publish(task_name: str, args: tuple[Any, ...], queue: str) -> None:
    try:
        current_app.send_task(task_name, args=args, queue=queue)
    except (OperationalError, OSError):
        logger.warning("the broker is away: %s will be found by its sweep", task_name)
