"""Pages of a list by cursor: the position after which a page begins, signed by us.

Keyset pagination: a page costs the same wherever it lies, and rows that come or go meanwhile shift
nothing. A cursor is bound to the order it was made for; a forged or foreign one is a 422.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from apps.core.errors import InvalidValue

Row = TypeVar("Row")
RowModel = TypeVar("RowModel", bound=Model)

_SALT = "core.api.pages"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and the addresses of its neighbours."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class _Cursor:
    is_backward: bool
    position: tuple[Any, ...]


def page_of_queryset(
    request: Request,
    rows: QuerySet[RowModel],
    *,
    ordering: Sequence[str],
    cursor: str | None,
    page_size: int,
) -> Page[RowModel]:
    """One page of `rows` by `ordering`: fields or annotations, `-` for descending, none of them null,
    the last one unique."""
    place = _read(cursor, _fingerprint(ordering)) if cursor else None
    backward = place is not None and place.is_backward
    if place is not None:
        rows = rows.filter(_after(ordering, place.position, backward=backward))
    terms = [_flipped(term) for term in ordering] if backward else list(ordering)
    found = list(rows.order_by(*terms)[: page_size + 1])
    return _page(
        request,
        found,
        place=place,
        page_size=page_size,
        fingerprint=_fingerprint(ordering),
        position_of=lambda row: tuple(_value(row, term.lstrip("-")) for term in ordering),
    )


def page_of_rows(
    request: Request,
    rows: Sequence[Row],
    *,
    ordering: str,
    key: Callable[[Row], tuple[Any, ...]],
    cursor: str | None,
    page_size: int,
) -> Page[Row]:
    """One page of rows that had to be read whole; `key` is their ascending, unique sort key.

    `ordering` names the order, so that a cursor of another one is refused.
    """
    place = _read(cursor, _fingerprint([ordering])) if cursor else None
    if place is None:
        found = list(rows[: page_size + 1])
    elif place.is_backward:
        found = [row for row in rows if key(row) < place.position][-page_size - 1 :][::-1]
    else:
        found = [row for row in rows if key(row) > place.position][: page_size + 1]
    return _page(
        request,
        found,
        place=place,
        page_size=page_size,
        fingerprint=_fingerprint([ordering]),
        position_of=key,
    )


def _page(
    request: Request,
    found: list[Row],
    *,
    place: _Cursor | None,
    page_size: int,
    fingerprint: str,
    position_of: Callable[[Row], tuple[Any, ...]],
) -> Page[Row]:
    """`found` runs in the direction of reading and holds one row too many where more follow."""
    has_more = len(found) > page_size
    found = found[:page_size]
    backward = place is not None and place.is_backward
    if backward:
        found.reverse()
    has_next = bool(found) if backward else has_more
    has_previous = has_more if backward else place is not None and bool(found)

    def address(row: Row, *, is_backward: bool) -> str:
        signed = _write(_Cursor(is_backward, position_of(row)), fingerprint)
        return replace_query_param(request.build_absolute_uri(), "cursor", signed)

    return Page(
        rows=found,
        next=address(found[-1], is_backward=False) if has_next and found else None,
        previous=address(found[0], is_backward=True) if has_previous and found else None,
    )


def _after(ordering: Sequence[str], position: tuple[Any, ...], *, backward: bool) -> Q:
    """Rows behind the position: (a > x) or (a = x and b > y) or ..."""
    condition = Q()
    same = Q()
    for term, value in zip(ordering, position, strict=True):
        name = term.lstrip("-")
        lookup = "lt" if term.startswith("-") != backward else "gt"
        condition |= same & Q(**{f"{name}__{lookup}": value})
        same &= Q(**{name: value})
    return condition


def _flipped(term: str) -> str:
    return term[1:] if term.startswith("-") else f"-{term}"


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _fingerprint(ordering: Sequence[str]) -> str:
    return ",".join(ordering)


def _write(cursor: _Cursor, fingerprint: str) -> str:
    values = [_packed(value) for value in cursor.position]
    return signing.dumps([int(cursor.is_backward), values, fingerprint], salt=_SALT, compress=True)


def _read(text: str, fingerprint: str) -> _Cursor:
    try:
        is_backward, values, made_for = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidValue(_("This cursor is not one of ours."), field="cursor") from error
    if made_for != fingerprint:
        raise InvalidValue(_("This cursor belongs to another list."), field="cursor")
    return _Cursor(bool(is_backward), tuple(_unpacked(value) for value in values))


def _packed(value: Any) -> Any:
    match value:
        case datetime():
            return ["t", value.astimezone(UTC).isoformat()]
        case date():
            return ["d", value.isoformat()]
        case Decimal():
            return ["n", str(value)]
        case UUID():
            return ["u", str(value)]
        case bool() | int() | float() | str():
            return value
    raise TypeError(f"a list cannot be paged by {value!r}")


def _unpacked(packed: Any) -> Any:
    if not isinstance(packed, list):
        return packed
    kind, text = packed
    readers: dict[str, Callable[[str], Any]] = {
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
        "n": Decimal,
        "u": UUID,
    }
    return readers[kind](text)
