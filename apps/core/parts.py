"""The readiness of what core itself leans on: database, cache, broker, worker, beat, mail."""

import smtplib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from kombu.exceptions import OperationalError

from apps.core.pulse import last_pulse_at
from apps.core.readiness import NotReady, register_part

PULSE_MAX_AGE = timedelta(seconds=60)
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SMTP_TIMEOUT_SECONDS = 5


def register_parts() -> None:
    """Register the parts of core, in the order in which an operator would look at them."""
    register_part("database", check_database)
    register_part("cache", check_cache)
    register_part("broker", check_broker)
    register_part("beat", check_beat)
    register_part("worker", check_worker)
    register_part("mail", check_mail)


def check_database(now: datetime) -> None:
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Error as error:
        # Otherwise the broken connection would be kept for the next request of this thread.
        connection.close()
        raise NotReady("cannot be reached") from error
    missing = len(_migrations_on_disk() - applied)
    if missing:
        raise NotReady(f"{missing} migrations are not applied")


@cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def check_cache(now: datetime) -> None:
    try:
        shared_cache.get("core:readiness")
    except redis.RedisError as error:
        raise NotReady("cannot be reached") from error


def check_broker(now: datetime) -> None:
    _waiting_messages()


def check_beat(now: datetime) -> None:
    """A missing pulse with nothing waiting in the queue: nobody asks for it."""
    if _is_pulse_old(now) and not _waiting_messages():
        raise NotReady(f"{_pulse_words(now)} and none is queued")


def check_worker(now: datetime) -> None:
    """A missing pulse with messages waiting: nobody takes them."""
    if _is_pulse_old(now) and _waiting_messages():
        raise NotReady(f"{_pulse_words(now)} although messages wait")


def _is_pulse_old(now: datetime) -> bool:
    at = _last_pulse_at()
    return at is None or now - at > PULSE_MAX_AGE


def _pulse_words(now: datetime) -> str:
    at = _last_pulse_at()
    return "no pulse yet" if at is None else f"no pulse for {(now - at).total_seconds():.0f} s"


def _last_pulse_at() -> datetime | None:
    try:
        return last_pulse_at()
    except redis.RedisError as error:
        raise NotReady("unknown without the cache") from error


def _waiting_messages() -> int:
    """How many messages wait in the default queue, where the pulse goes."""
    try:
        with current_app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=3)
            channel: Any = link.default_channel
            return int(channel.client.llen(settings.CELERY_TASK_DEFAULT_QUEUE))
    except (OperationalError, redis.RedisError, OSError) as error:
        raise NotReady("the broker cannot be reached") from error


def check_mail(now: datetime) -> None:
    if settings.EMAIL_BACKEND != SMTP_BACKEND:
        return
    # Where TLS comes first, a server says nothing to who speaks plainly.
    dial = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with dial(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SMTP_TIMEOUT_SECONDS) as server:
            server.noop()
    except OSError as error:
        raise NotReady("the SMTP server cannot be reached") from error
