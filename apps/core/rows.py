"""Rows of one model read and written by statements that are built once.

Django compiles a query anew each time it is asked. Where a statement runs for every watcher every ten seconds,
compiling costs more than all the rest; there the columns, and the way of each value between Python and PostgreSQL,
are kept here, by the model's own fields. Everywhere else the ORM is the way.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.utils import CursorWrapper

from apps.core.fields import AnyField, MultirangeField

Row = TypeVar("Row", bound=models.Model)


class Columns(Generic[Row]):
    """The columns of a model, all or those named, in one order."""

    def __init__(self, model: type[Row], names: Iterable[str] | None = None) -> None:
        self.model = model
        self._names = None if names is None else frozenset(names)

    @cached_property
    def fields(self) -> tuple[AnyField, ...]:
        """Without those that PostgreSQL makes itself."""
        return tuple(
            field
            for field in self.model._meta.concrete_fields
            if not field.generated and (self._names is None or field.attname in self._names)
        )

    @cached_property
    def table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    @cache  # noqa: B019 - one object for each model, for ever
    def selected(self, alias: str) -> str:
        """For a SELECT that calls the table so."""
        return ", ".join(f"{alias}.{_quoted(field)}{_as_sent(field)}" for field in self.fields)

    def load(self, values: Sequence[Any]) -> Row:
        """The row as the ORM would give it; what was not selected is read when it is asked for."""
        read = list(values)
        for place, convert in self._converters:
            read[place] = convert(read[place])
        return self.model.from_db(DEFAULT_DB_ALIAS, self._attnames, read)

    def read(self, alias: str, source: str, values: Sequence[Any]) -> list[Row]:
        """The rows that `FROM … WHERE …` finds, which calls the table so."""
        return [row for (row,) in read_parts(((self, alias),), source, values)]

    def update(self, row: Row, names: Iterable[str]) -> None:
        """Write these fields of a row that its caller has locked."""
        fields = self._fields_named(tuple(names))
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._update_of(fields), [*values, row.pk])

    def document(self, row: Row) -> str:
        """The row's values as JSON, for `jsonb_to_record(…) AS x({types})`."""
        return json.dumps({name: text(getattr(row, name)) for name, text in self._texts})

    @cached_property
    def types(self) -> str:
        """Each column with its type, as a column definition list."""
        return ", ".join(f"{_quoted(field)} {field.db_type(connection)}" for field in self.fields)

    def set_from(self, alias: str) -> str:
        """For an UPDATE: each column from the one of the same name in `alias`."""
        return ", ".join(f"{_quoted(field)} = {alias}.{_quoted(field)}" for field in self.fields)

    @cached_property
    def _texts(self) -> tuple[tuple[str, Any], ...]:
        return tuple((field.attname, _text_of(field)) for field in self.fields)

    @cached_property
    def _attnames(self) -> tuple[str, ...]:
        return tuple(field.attname for field in self.fields)

    @cached_property
    def _converters(self) -> tuple[tuple[int, Any], ...]:
        return tuple(
            (place, read)
            for place, field in enumerate(self.fields)
            if (read := _reading_of(field)) is not None
        )

    @cache  # noqa: B019 - one object for each model, for ever
    def _fields_named(self, names: tuple[str, ...]) -> tuple[AnyField, ...]:
        return tuple(self.model._meta.get_field(name) for name in names)  # type: ignore[misc]  # all are columns

    @cache  # noqa: B019 - one object for each model, for ever
    def _update_of(self, fields: tuple[AnyField, ...]) -> str:
        changes = ", ".join(f"{_quoted(field)} = %s" for field in fields)
        return f"UPDATE {self.table} SET {changes} WHERE id = %s"  # noqa: S608 - names of our models


def read_parts(
    parts: Sequence[tuple[Columns[Any], str]], source: str, values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Rows of several tables side by side, each part with its alias in `source` (`FROM … WHERE …`).

    PostgreSQL takes the type of each value (a text, a number, a collection of numbers) from where it stands.
    """
    statement, loads = _reading(tuple(parts), source)
    with prepared_cursor() as cursor:
        cursor.execute(statement, [_as_text(value) for value in values])
        found = cursor.fetchall()
    return [tuple(load(values[part]) for load, part in loads) for values in found]


@cache
def _reading(
    parts: tuple[tuple[Columns[Any], str], ...], source: str
) -> tuple[str, tuple[tuple[Callable[[Sequence[Any]], Any], slice], ...]]:
    selected = ", ".join(columns.selected(alias) for columns, alias in parts)
    loads, begin = [], 0
    for columns, _ in parts:
        loads.append((columns.load, slice(begin, begin := begin + len(columns.fields))))
    return f"SELECT {selected} {source}", tuple(loads)


def _quoted(field: AnyField) -> str:
    return connection.ops.quote_name(str(field.column))


def _as_text(value: Any) -> str:
    if isinstance(value, str | int):
        return str(value)
    return "{" + ",".join(str(int(each)) for each in value) + "}"


def _as_sent(field: AnyField) -> str:
    # Ranges are read from their text: the general reader makes an object of each bound.
    return "::text" if isinstance(field, MultirangeField) else ""


def _reading_of(field: AnyField) -> Any:
    if isinstance(field, MultirangeField):
        return field.pairs_of
    if hasattr(field, "from_db_value"):
        return lambda value: field.from_db_value(value, None, connection)
    return None


def _text_of(field: AnyField) -> Any:
    if isinstance(field, MultirangeField):
        return field.literal
    if isinstance(field, models.DateTimeField):
        return lambda value: value and value.isoformat()
    return lambda value: value


class _PreparedCursor(psycopg.Cursor[Any]):
    """Values travel apart from the statement, which PostgreSQL plans once for each connection."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        return super().execute(query, params, prepare=True)


def prepared_cursor() -> CursorWrapper:
    """A cursor for statements that are always the same text, with values that are all texts.

    PostgreSQL keeps a prepared statement for each combination of types: texts with casts in the statement are one.
    """
    usual = connections[DEFAULT_DB_ALIAS]
    usual.close_if_health_check_failed()
    usual.ensure_connection()
    cursor: CursorWrapper = usual._prepare_cursor(_PreparedCursor(usual.connection))  # type: ignore[attr-defined]  # django-stubs leave it out
    return cursor
