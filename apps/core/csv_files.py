"""Tables as CSV files for spreadsheets: written while they are read, and no cell a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise

# A spreadsheet takes what begins so for a formula.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# And UTF-8 for what it is only with its mark.
MARK = b"\xef\xbb\xbf"


def csv_response(
    *, name: str, heads: Iterable[str | Promise], rows: Iterable[Iterable[Any]]
) -> StreamingHttpResponse:
    """A file `name`.csv that a browser saves; rows are drawn one by one, so that memory stays flat."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    lines = _lines(chain([heads], rows), language, zone)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def safe_cell(value: Any) -> str:
    """What a cell says: moments by the reader's clock, nothing for None, text that is no formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_BEGINS) else text


def _lines(rows: Iterable[Iterable[Any]], language: str | None, zone: tzinfo) -> Iterator[bytes]:
    """Lines are drawn when the request is over; the reader's language and clock are kept for them."""
    cells = ([safe_cell(value) for value in row] for row in rows)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    mark = MARK
    while True:
        with translation.override(language), timezone.override(zone):
            row = next(cells, None)
        if row is None:
            return
        writer.writerow(row)
        yield mark + buffer.getvalue().encode()
        mark = b""
        buffer.seek(0)
        buffer.truncate()
