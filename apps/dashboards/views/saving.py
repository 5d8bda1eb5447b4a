"""A table of the cohort as a CSV file; the history says who saved it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts.models import Event
from apps.cohorts.selectors import instructor_membership, reading_membership
from apps.cohorts.services import record
from apps.core.csv_files import csv_response
from apps.dashboards.saving import TABLES, Wish


@login_required
@require_safe
def save(
    request: AuthenticatedRequest, cohort: str, table: str
) -> StreamingHttpResponse | HttpResponse:
    """The table, as the address asks for it."""
    chosen = TABLES[table]
    find = instructor_membership if chosen.for_instructors else reading_membership
    reader = find(user=request.user, cohort_slug=cohort)
    now = timezone.now()
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8")
    found = chosen.of(Wish(reader, request.GET, now))
    record(
        cohort=reader.cohort,
        kind=Event.Kind.SAVED_LIST,
        actor=request.user,
        now=now,
        table=table,
        count=found.count,
    )
    return csv_response(name=f"{reader.cohort.slug}-{table}", heads=found.heads, rows=found.rows)
