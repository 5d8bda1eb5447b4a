"""The audit trail of a cohort in words: what was done, by whom, about whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cohorts.models import Cohort, Event, Membership
from apps.core.dates import exact_day
from apps.dashboards.forms import CohortSettingsForm
from apps.dashboards.table_names import TABLE_NAMES

Kind = Event.Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the page; `who` and `about` are empty where nobody is left to name."""

    at: datetime
    what: str
    who: str
    about: str
    details: tuple[str, ...]


def entries_of(events: Iterable[Event]) -> Iterator[Entry]:
    """Events with their people loaded, as lines."""
    for event in events:
        yield Entry(
            at=event.at,
            what=str(event.get_kind_display()),
            who=event.actor.display_name if event.actor else "",
            about=event.subject.display_name
            if event.subject and event.subject_id != event.actor_id
            else "",
            details=tuple(_details(event)),
        )


def _details(event: Event) -> Iterable[str]:
    details = event.details
    match event.kind:
        case Kind.ROLE_CHANGED:
            yield _change(_role(details["before"]), _role(details["after"]))
        case Kind.JOINED | Kind.LINK_MADE | Kind.LINK_WITHDRAWN:
            yield _role(details["role"])
        case Kind.SAVED_LIST if "table" in details:
            yield str(TABLE_NAMES.get(details["table"], details["table"]))
            yield ngettext("%(count)d line", "%(count)d lines", details["count"]) % details
        case Kind.MAILED | Kind.MAILING_STOPPED | Kind.SAVED_LIST | Kind.WROTE:
            yield ngettext("%(count)d person", "%(count)d people", details["count"]) % details
        case Kind.REVISION_TAKEN:
            yield _change(str(details["before"]), str(details["after"]))
        case Kind.COPIED:
            yield details["name"]
        case Kind.CHANGED:
            for name, (before, after) in details["fields"].items():
                change = _change(_value(name, before), _value(name, after))
                yield _("%(field)s: %(change)s") % {"field": _label(name), "change": change}


def _change(before: str, after: str) -> str:
    return f"{before} → {after}"


def _role(value: str) -> str:
    return str(dict(Membership.Role.choices).get(value, value))


def _label(name: str) -> str:
    field = CohortSettingsForm.base_fields.get(name)
    if field is not None and field.label:
        return str(field.label)
    return str(getattr(Cohort._meta.get_field(name), "verbose_name", name))


def _break_words(each: dict[str, Any]) -> str:
    first_on, last_on = (date.fromisoformat(each[name]) for name in ("first_on", "last_on"))
    return f"{exact_day(first_on)} – {exact_day(last_on)}"


def _value(name: str, value: Any) -> str:
    """A stored value as a reader would write it."""
    if value is None or value == "":
        return _("nothing")
    if name == "breaks":
        return ", ".join(_break_words(each) for each in value) or _("none")
    if name == "set_weeks":
        return ngettext("%(count)d video", "%(count)d videos", len(value)) % {"count": len(value)}
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if name in ("starts_on", "ends_on"):
        return exact_day(date.fromisoformat(value))
    if name == "ladder":
        return ", ".join(
            ngettext("%(days)d day", "%(days)d days", days) % {"days": days} for days in value
        )
    if isinstance(value, int | float):
        return number_format(int(value) if value == int(value) else value)
    return str(value)
