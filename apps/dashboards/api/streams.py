"""A whole cohort in one answer: a line for each learner, written while it is read."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.utils.encoders import JSONEncoder

from apps.core.api.rendering import CSVRenderer, NDJSONRenderer
from apps.core.csv_files import safe_cell

Row = dict[str, Any]

COLUMNS: Mapping[str, Callable[[Row], Any]] = {
    "membership": lambda row: row["membership"],
    "cohort": lambda row: row["cohort"],
    "curriculum": lambda row: row["curriculum"],
    "learner_id": lambda row: row["learner"]["id"],
    "learner_name": lambda row: row["learner"]["name"],
    "as_of": lambda row: row["as_of"],
    "status": lambda row: row["status"],
    "reasons": lambda row: " ".join(row["reasons"]),
    "last_active_at": lambda row: row["last_active_at"],
    "joined_at": lambda row: row["joined_at"],
    "ended_at": lambda row: row["ended_at"],
    "videos": lambda row: row["totals"]["videos"],
    "first_passes": lambda row: row["totals"]["first_passes"],
    "second_passes": lambda row: row["totals"]["second_passes"],
    "debt_count": lambda row: row["totals"]["rewatch_debt"]["count"],
    "debt_seconds": lambda row: row["totals"]["rewatch_debt"]["seconds"],
    "active_seconds": lambda row: row["totals"]["active_seconds"],
    "planned_seconds": lambda row: row["totals"]["planned_seconds"],
    "pace": lambda row: row["totals"]["pace"],
    "effort_ratio": lambda row: row["totals"]["effort_ratio"],
    "next_step": lambda row: row["next_step"]["kind"],
    "next_video": lambda row: row["next_step"]["video"],
    # Added later, so the last: nobody's columns move.
    "external_id": lambda row: row["external_id"],
}


def stream(rows: Iterable[Row], *, kind: str, name: str) -> StreamingHttpResponse:
    """The rows as `ndjson` or `csv`; a browser saves them under `name`."""
    renderer = NDJSONRenderer if kind == NDJSONRenderer.format else CSVRenderer
    lines = ndjson_lines(rows) if renderer is NDJSONRenderer else csv_lines(rows)
    response = StreamingHttpResponse(lines, content_type=f"{renderer.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{renderer.format}"'
    return response


def ndjson_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    # One for all of them; as pages are written (JSONRenderer), a line of which holds no line's end.
    encoder = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for row in rows:
        text = encoder.encode(row).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        yield text.encode() + b"\n"


def csv_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """RFC 4180, the names of the columns first; videos are not in it."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line(_cell(of(row)) for of in COLUMNS.values())


def _cell(value: Any) -> str:
    """As in every file of ours, but moments as REST says them."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("+00:00", "Z")
    return safe_cell(value)


def _line(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
