"""The demo shows an instructor every status and every reason there is, whatever day it is made on."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from apps.cohorts.models import Cohort
from apps.dashboards.attention import Code, Status
from apps.dashboards.selectors import cohort_rows
from apps.overview.demo.making import make_demo


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 24, 9, tzinfo=UTC),
        datetime(2027, 2, 28, 23, 30, tzinfo=UTC),
        datetime(2027, 7, 4, 4, 15, tzinfo=UTC),
    ],
    ids=str,
)
def test_every_status_and_every_reason_occurs(db: None, now: datetime) -> None:
    call_command("import_curricula", verbosity=0)
    make_demo(learners=42, now=now)

    rows = cohort_rows(cohort=Cohort.objects.get(slug="autumn-26"), now=now)

    assert len(rows) == 42
    assert {row.status for row in rows} == set(Status)
    assert {reason.code for row in rows for reason in row.attention.reasons} == set(Code)
    assert sum(row.status == Status.FINE for row in rows) > 21
