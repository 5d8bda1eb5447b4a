"""Whether the engine may plan and send: an operator's two switches, and whether this database is the real one.

A restored backup, a promoted standby and a cloned server look like the installation they were made from, and would
say everything again that it has said since. So the engine remembers which database and site it belongs to, and does
nothing in another one before an operator confirms it (`manage.py reminders_confirm`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from apps.core.readiness import NotReady
from apps.reminders.models import Engine

SIGNS = {
    "cluster": "another database server",
    "timeline": "a standby that was promoted, or a point in time that was gone back to",
    "database": "another database",
    "table": "tables that were restored",
    "installation": "another INSTANCE",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the engine may do at this moment: each is why not, and empty when all is well."""

    planning_closed: str
    delivery_closed: str
    is_copy: bool
    watermark: datetime | None
    swept_at: datetime | None


def standing() -> Standing:
    """One query. A database that has no row is new, or from before there was a guard: it is taken for the real one."""
    row, here = _row_and_signs()
    if row is None:
        made, _ = Engine.objects.get_or_create(pk=1, defaults={"instance": here})
        row = (made.plans, made.delivers, made.instance, made.watermark, made.swept_at)
    plans, delivers, instance, watermark, swept_at = row
    copied = _differences(instance, here)
    return Standing(
        planning_closed=copied or ("" if plans else "planning is switched off"),
        delivery_closed=copied or ("" if delivers else "sending is switched off"),
        is_copy=bool(copied),
        watermark=watermark,
        swept_at=swept_at,
    )


def check_engine(_now: datetime) -> None:
    """For `/readyz`: raise NotReady while the engine is closed, by hand or as a copy."""
    found = standing()
    reasons = dict.fromkeys(filter(None, (found.planning_closed, found.delivery_closed)))
    if reasons:
        raise NotReady("; ".join(reasons))


def signs() -> dict[str, str]:
    """What tells this database from every copy of it."""
    return _row_and_signs()[1]


def _differences(instance: Mapping[str, str], here: Mapping[str, str]) -> str:
    differing = [words for sign, words in SIGNS.items() if instance.get(sign) != here[sign]]
    if not differing:
        return ""
    return f"a copy ({', '.join(differing)}): waits for `manage.py reminders_confirm`"


Row = tuple[bool, bool, dict[str, str], datetime | None, datetime | None]


def _row_and_signs() -> tuple[Row | None, dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.plans, e.delivers, e.instance::text, e.watermark, e.swept_at,
                   (SELECT system_identifier::text FROM pg_control_system()),
                   (SELECT timeline_id::text FROM pg_control_checkpoint()),
                   (SELECT oid::text FROM pg_database WHERE datname = current_database()),
                   'reminders_engine'::regclass::oid::text
              FROM (SELECT 1 AS id) AS one
              LEFT JOIN reminders_engine e USING (id)
            """
        )
        found = cursor.fetchone()
    assert found is not None  # noqa: S101  (a left join from one row)
    plans, delivers, instance, watermark, swept_at, *seen = found
    here = dict(zip(SIGNS, (*seen, settings.INSTANCE), strict=True))
    if plans is None:
        return None, here
    return (plans, delivers, json.loads(instance), watermark, swept_at), here
