"""The base of every error that a rule of the product raises.

Services define subclasses beside themselves; pages show `detail`, REST turns it into a problem
document (RFC 9457) with `code` as the last part of its type.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule forbids what was asked. `detail` is a sentence for the person who asked."""

    code: str = "refused"
    title: str | Promise = _("That is not possible")
    status: int = 409

    def __init__(self, detail: str | Promise = "", **extra: Any) -> None:
        self.detail = detail or self.title
        self.extra = extra
        super().__init__(str(self.code))


class InvalidValue(DomainError):
    """A value is well-formed but not acceptable; `field` names it."""

    code = "invalid"
    title = _("Something in it is not right")
    status = 422

    def __init__(self, detail: str | Promise = "", *, field: str = "", **extra: Any) -> None:
        self.field = field
        super().__init__(detail, **extra)


class NotFound(DomainError):
    """It is not there, or not for you to know of; a stranger cannot tell the two apart."""

    code = "not_found"
    title = _("There is nothing here")
    status = 404


class RoleRequired(DomainError):
    """A member asks for what another role may do."""

    code = "role_required"
    title = _("Your role in this cohort does not allow that")
    status = 403
