"""Read a list of addresses that was pasted or saved by a spreadsheet. Pure.

With a heading, the columns are found by their names and each line is one person. Without one, every
address in the text counts, however they are separated: `Ada <ada@example.org>, bob@example.org`.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_ROWS = 10_000
LONGEST_ADDRESS = 254
ADDRESS_COLUMNS = frozenset({"email", "mail", "emailaddress", "address", "почта", "адрес", "имейл"})
ID_COLUMNS = frozenset({"studentid", "externalid", "id", "studentnumber", "номер", "студбилет"})
DELIMITERS = ",;\t"
BETWEEN_ADDRESSES = re.compile(r"[,;\t\r\n]")
IN_BRACKETS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Row:
    """One person as written: `line` from 1, `address` in lower case or empty, `is_address` if it can be one."""

    line: int
    text: str
    address: str
    external_id: str = ""
    is_address: bool = True


class TooManyRows(ValueError):
    """More than `MOST_ROWS`."""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or what Windows saves in Russian."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def rows_of(text: str) -> list[Row]:
    """Every person in the text, in its order. Raises TooManyRows."""
    text = text.replace("\0", "").lstrip("\ufeff")
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=heading.count)
    names = [_name(cell) for cell in heading.split(delimiter)]
    columns = [at for at, name in enumerate(names) if name in ADDRESS_COLUMNS]
    found = _table(text, delimiter, names, columns[0]) if columns else _loose(text)
    rows: list[Row] = []
    for row in found:
        if len(rows) == MOST_ROWS:
            raise TooManyRows
        rows.append(row)
    return rows


def _name(cell: str) -> str:
    return re.sub(r"[\W_]", "", cell).casefold()


def _table(text: str, delimiter: str, names: list[str], column: int) -> Iterator[Row]:
    id_column = next((at for at, name in enumerate(names) if name in ID_COLUMNS), None)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    is_heading = True
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if is_heading:
            is_heading = False
            continue
        address = cells[column] if column < len(cells) else ""
        external_id = ""
        if id_column is not None and id_column < len(cells):
            external_id = " ".join(cells[id_column].split())
        yield _row(reader.line_num, delimiter.join(cells), address, external_id)


def _loose(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part for part in BETWEEN_ADDRESSES.split(line) if part.strip()]
        with_address = [part for part in parts if "@" in part]
        # "Lovelace, Ada <ada@example.org>" is one person; a line with no address at all is told of.
        for part in with_address or ([line] if parts else []):
            pieces = [part] if IN_BRACKETS.search(part) else part.split()
            for piece in [each for each in pieces if "@" in each] or [part]:
                yield _row(number, piece, piece if with_address else "", "")


def _row(line: int, text: str, address: str, external_id: str) -> Row:
    in_brackets = IN_BRACKETS.search(address)
    address = (in_brackets.group(1) if in_brackets else address).strip().strip("\"'").lower()
    is_address = bool(address) and len(address) <= LONGEST_ADDRESS
    if is_address:
        try:
            validate_email(address)
        except ValidationError:
            is_address = False
    return Row(line, " ".join(text.split()), address, external_id, is_address)
