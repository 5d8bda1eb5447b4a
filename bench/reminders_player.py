"""One process of `bench.reminders`: makes a crowd, or measures one thing, and prints plain numbers."""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

TICKS = 200
TURNS = 30_000
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def crowd(learners: int) -> None:
    """So many learners whose next moments lie in the days to come: copies of one, made inside the database."""
    from django.db import connection

    from apps.accounts.models import User
    from apps.reminders.models import Wake

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_user, reminders_wake, reminders_engine CASCADE")
    first = User.objects.create(email="l0@example.org", name="Learner", time_zone="Etc/GMT")
    Wake.objects.create(user=first, hour=12, slot_on=datetime.now(UTC) + timedelta(days=1))
    _copy(User, {"email": "'l' || n || '@example.org'"}, f"generate_series(1, {learners - 1}) AS n")
    moment = "now() + interval '1 hour' + random() * interval '4 days'"
    _copy(Wake, {"user_id": "n.id", "next_at": moment}, f"accounts_user n WHERE n.id > {first.pk}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE reminders_wake")


def _copy(model: Any, changed: dict[str, str], source: str) -> None:
    from django.db import connection

    fields = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(name, f"first.{name}") for name in fields)
    table = model._meta.db_table
    one = f"(SELECT * FROM {table} ORDER BY id LIMIT 1) AS first"  # noqa: S608 - names of ours
    columns = ", ".join(fields)
    statement = f"INSERT INTO {table} ({columns}) SELECT {values} FROM {one}, {source}"  # noqa: S608 - the same
    with connection.cursor() as cursor:
        cursor.execute(statement)


def idle() -> None:
    """Buffers of the tick's statements, then its times in milliseconds."""
    from apps.reminders.services import plan_rewatches

    now = datetime.now(UTC)
    plan_rewatches(now=now)
    plan_rewatches(now=now + timedelta(seconds=1))
    print(_buffers(now + timedelta(seconds=2)), *_ticks(now + timedelta(seconds=2)))


def _ticks(now: datetime) -> list[float]:
    from apps.reminders.services import plan_rewatches

    times = []
    for number in range(TICKS):
        began = time.perf_counter()
        plan_rewatches(now=now + timedelta(milliseconds=number))
        times.append((time.perf_counter() - began) * 1000)
    return times


def _buffers(now: datetime) -> int:
    """Shared buffers that the statements of one idle tick touch, as EXPLAIN counts them."""
    import json

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from apps.reminders.services import plan_rewatches

    with CaptureQueriesContext(connection) as queries:
        plan_rewatches(now=now)
    touched = 0
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            sql = query["sql"].strip()
            if not sql.startswith("SELECT"):
                continue
            cursor.execute("BEGIN")
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
            found: Any = cursor.fetchone()
            cursor.execute("ROLLBACK")
            document = found[0] if isinstance(found[0], list) else json.loads(found[0])
            plan = document[0]["Plan"]
            touched += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return touched


def pinned() -> None:
    """Times while a snapshot from before many turns keeps all their dead rows."""
    import psycopg
    from django.db import connection

    from apps.reminders.services import plan_rewatches

    now = datetime.now(UTC)
    plan_rewatches(now=now)
    with psycopg.connect(**_dsn()) as old:
        old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        old.execute("SELECT count(*) FROM reminders_engine")
        with connection.cursor() as cursor:
            # They became due an hour ago and were planned: each turn leaves dead entries behind.
            for moved in ("now() - interval '1 hour'", "now() + interval '2 days'"):
                cursor.execute(
                    f"UPDATE reminders_wake SET next_at = {moved} WHERE id IN"  # noqa: S608 - constants
                    " (SELECT id FROM reminders_wake ORDER BY id LIMIT %s)",
                    [TURNS],
                )
            cursor.execute("VACUUM reminders_wake")
        print(*_ticks(now + timedelta(seconds=1)))


def _dsn() -> dict[str, Any]:
    from django.db import connection

    known = connection.get_connection_params()
    return {name: known[name] for name in ("dbname", "user", "host", "port") if name in known}


def due(learners: int) -> None:
    from tests.faults.world import make

    make(learners, over=0)


def plan() -> None:
    """How many were planned, from when to when, and the seconds of a core that it took here and in the database."""
    from apps.reminders.services import plan_rewatches

    plan_rewatches(now=LONG_AGO)
    spent = _spent()
    began, count, idle_runs = time.time(), 0, 0
    end = began
    while idle_runs < 2:
        planned = len(plan_rewatches(now=datetime.now(UTC)).messages)
        count += planned
        idle_runs += not planned
        end = time.time() if planned else end
    print(count, began, end, *_spent(since=spent))


def send() -> None:
    """The same of sending."""
    from apps.reminders.services import deliver_messages

    deliver_messages(now=LONG_AGO)
    spent = _spent()
    began, count, idle_runs = time.time(), 0, 0
    end = began
    while idle_runs < 2:
        sent = deliver_messages(now=datetime.now(UTC)).outcomes["sent"]
        count += sent
        idle_runs += not sent
        end = time.time() if sent else end
    print(count, began, end, *_spent(since=spent))


def _spent(since: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Seconds of a core: of this process, and of its backend in the database, which runs on this machine."""
    from django.db import connection

    connection.ensure_connection()
    words = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    ticks = words.rpartition(")")[2].split()
    there = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() - since[0], there - since[1]


def bare(mails: int) -> None:
    """The same number of bytes over one connection, and nothing else."""
    import smtplib

    from django.conf import settings

    body = b"Message-ID: <bare@example.org>\r\nSubject: bare\r\n\r\n" + b"x" * 70 + b"\r\n"
    body += (b"y" * 76 + b"\r\n") * 140
    with smtplib.SMTP("127.0.0.1", settings.EMAIL_PORT) as line:
        line.ehlo()
        began = time.time()
        for number in range(mails):
            line.sendmail("hello@secondpass.test", [f"l{number}@example.org"], body)
        print(mails, began, time.time(), time.process_time(), 0.0)


if __name__ == "__main__":
    django.setup()
    act, *numbers = sys.argv[1:]
    acts: dict[str, Callable[..., None]] = {
        each.__name__: each for each in (crowd, idle, pinned, due, plan, send, bare)
    }
    acts[act](*map(int, numbers))
