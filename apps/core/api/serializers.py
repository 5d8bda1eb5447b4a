"""Serializers that take exactly what is documented: no unknown names, no coercion of JSON types."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

MAX_PAGE_SIZE = 200
DEFAULT_PAGE_SIZE = 50

WRONG_TYPE = _("This is not the right type: %(type)s is expected.")


class MomentField(serializers.DateTimeField):
    """RFC 3339. Comes out in UTC with Z; goes in with an offset or not at all."""

    default_error_messages = {
        "naive": _("A moment needs an offset, such as 2026-11-23T12:00:00Z."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default_timezone", UTC)
        super().__init__(**kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, and JSON values of another type than the field's.

    DRF would take `"5"` for 5, `1` for true and 7 for "7".
    """

    strict_types = True

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse(self._unknown(data) | self._wrong_types(data))
        return super().to_internal_value(data)

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, Any]:
        known = {name for name, field in self.fields.items() if not field.read_only}
        message = _("This field is not known here.")
        return {
            name: [serializers.ErrorDetail(str(message), code="unknown")]
            for name in data
            if name not in known
        }

    def _wrong_types(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if not self.strict_types:
            return {}
        return {
            name: found
            for name, field in self.fields.items()
            if name in data and (found := wrong_type(field, data[name]))
        }


def refuse(errors: dict[str, Any]) -> None:
    """Raise ValidationError when there is anything to say."""
    if errors:
        raise serializers.ValidationError(errors)


def wrong_type(field: serializers.Field[Any, Any, Any, Any], value: Any) -> Any:
    """Errors in DRF's shape when the JSON value's type is not the field's; else nothing."""
    if value is None:
        return None
    if isinstance(field, serializers.ListField):
        if not isinstance(value, list):
            return _type_error(_("an array"))
        inner = {
            i: found for i, each in enumerate(value) if (found := wrong_type(field.child, each))
        }
        return inner or None
    for kinds, types, words in _JSON_TYPES:
        if isinstance(field, kinds):
            right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return None if right else _type_error(words)
    return None


def _type_error(words: str | Promise) -> list[serializers.ErrorDetail]:
    return [serializers.ErrorDetail(str(WRONG_TYPE) % {"type": str(words)}, code="wrong_type")]


_JSON_TYPES: tuple[tuple[tuple[type, ...], tuple[type, ...], str | Promise], ...] = (
    ((serializers.BooleanField,), (bool,), _("true or false")),
    ((serializers.IntegerField,), (int,), _("a whole number")),
    ((serializers.FloatField, serializers.DecimalField), (int, float), _("a number")),
    (
        (
            serializers.CharField,
            serializers.ChoiceField,
            serializers.UUIDField,
            serializers.DateTimeField,
            serializers.DateField,
        ),
        (str,),
        _("a string"),
    ),
)


class Query(StrictSerializer):
    """The query string of an operation: unknown and repeated parameters are refused."""

    strict_types = False

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, QueryDict):
            message = _("This parameter was given more than once.")
            repeated = [name for name, values in data.lists() if len(values) > 1]
            refuse({n: [serializers.ErrorDetail(str(message), code="repeated")] for n in repeated})
            # DRF takes an empty value of a QueryDict for none at all.
            data = data.dict()
        return super().to_internal_value(data)


class PageQuery(Query):
    """Of every list. A cursor is made by us and valid only where it was given."""

    cursor = serializers.CharField(
        required=False,
        max_length=1000,
        help_text="From `next` or `previous` of another page of this list.",
    )
    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_PAGE_SIZE,
        default=DEFAULT_PAGE_SIZE,
        help_text="How many results on a page.",
    )


class Answer(serializers.Serializer[Any]):
    """Base of what is sent: plain, with the moments in UTC wherever the reader lives."""


def page_of(item: type[serializers.BaseSerializer[Any]]) -> type[Answer]:
    """The serializer of one page of `item`, for the schema: `PageOfNote` of `NoteAnswer`."""
    name = f"PageOf{item.__name__.removesuffix('Answer')}"
    if name not in _PAGES:
        _PAGES[name] = type(
            name,
            (Answer,),
            {
                "__doc__": "One page; follow `next` until it is null.",
                "next": serializers.URLField(allow_null=True),
                "previous": serializers.URLField(allow_null=True),
                "results": item(many=True),
            },
        )
    return _PAGES[name]


_PAGES: dict[str, type[Answer]] = {}
