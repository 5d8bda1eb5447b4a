"""Fields Django does not have: PostgreSQL multiranges and texts in the languages of the interface.

A multirange is a plain tuple of half-open `(lower, upper)` pairs in Python, sorted and disjoint,
so that rule modules work on it without knowing the database.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.multirange import Int4Multirange, Multirange, TimestamptzMultirange
from psycopg.types.range import Range

Pairs = tuple[tuple[Any, Any], ...]
_MARKS = str.maketrans("", "", '[)"')


# Django's fields take type parameters only in the stubs.
if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field


class MultirangeField(AnyField):
    """Base of the two kinds we use; an empty tuple is the default and never NULL."""

    postgres_type: ClassVar[str]
    multirange: ClassVar[type[Multirange[Any]]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", tuple)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return self.postgres_type

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Multirange):
            return value
        return self.multirange([Range(lower, upper, "[)") for lower, upper in value])

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Pairs | None:
        return None if value is None else pairs(value)

    @staticmethod
    def literal(value: Pairs) -> str:
        """As PostgreSQL writes it: `{[0,10),[20,30)}`."""
        return "{" + ",".join(f"[{lower},{upper})" for lower, upper in value) + "}"

    @staticmethod
    def bound(text: str) -> Any:
        """One bound, from its text."""
        raise NotImplementedError

    @classmethod
    def pairs_of(cls, literal: str) -> Pairs:
        """What `literal` says, or PostgreSQL wrote."""
        bounds = literal[1:-1].translate(_MARKS).split(",")
        if bounds == [""]:
            return ()
        read = [cls.bound(each) for each in bounds]
        return tuple(zip(read[::2], read[1::2], strict=True))

    def to_python(self, value: Any) -> Any:
        return pairs(value) if isinstance(value, Multirange) else value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))


def pairs(multirange: Iterable[Range[Any]]) -> Pairs:
    """The bounds of a psycopg multirange as plain pairs; PostgreSQL has merged and sorted them."""
    return tuple((each.lower, each.upper) for each in multirange)


class IntegerMultirangeField(MultirangeField):
    """`int4multirange`: milliseconds of a video, or sequence numbers."""

    postgres_type = "int4multirange"
    multirange = Int4Multirange

    @staticmethod
    def bound(text: str) -> int:
        return int(text)


class MomentMultirangeField(MultirangeField):
    """`tstzmultirange`: wall-clock intervals, UTC."""

    postgres_type = "tstzmultirange"
    multirange = TimestamptzMultirange

    @staticmethod
    def bound(text: str) -> datetime:
        return datetime.fromisoformat(text)


Milliseconds = tuple[tuple[int, int], ...]
Moments = tuple[tuple[datetime, datetime], ...]


class LocalizedTextField(models.JSONField):
    """A text in each language of the interface: `{"en": "…", "ru": "…"}`; read it by `localized`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)
