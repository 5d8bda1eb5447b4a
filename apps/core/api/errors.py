"""Refusals that belong to HTTP and to no rule of the product."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError


class ScopeMissing(DomainError):
    """The token is good, but was not made for this; `scope` says what it needs."""

    code = "scope_missing"
    title = _("Your access token may not do that")
    status = 403

    def __init__(self, scope: str) -> None:
        detail = _("This needs a token with the scope %(scope)s.") % {"scope": scope}
        super().__init__(detail, scope=scope)


class TokenLimited(DomainError):
    """The token sees one cohort, and this is about more than that."""

    code = "token_limited"
    title = _("Your access token is limited to one cohort")
    status = 403


class BodyTooLarge(DomainError):
    code = "body_too_large"
    title = _("The body of the request is too large")
    status = 413


class LengthRequired(DomainError):
    """A body in chunks would be left unread, and taken for none."""

    code = "length_required"
    title = _("Send the body with a Content-Length, not in chunks")
    status = 411


class ChangedElsewhere(DomainError):
    """`If-Match` names a version that is not the current one."""

    code = "precondition_failed"
    title = _("It was changed elsewhere in the meantime")
    status = 412


class VersionRequired(DomainError):
    """A change has to say which version it is made from."""

    code = "precondition_required"
    title = _("Send If-Match with the ETag of the version you have")
    status = 428


class KeyUsedDifferently(DomainError):
    code = "idempotency_key_reused"
    title = _("This Idempotency-Key was used for another request")
    status = 422


class KeyUnreadable(DomainError):
    code = "idempotency_key_invalid"
    title = _("An Idempotency-Key has 1 to 255 printable ASCII characters")
    status = 422


class TooManyTries(DomainError):
    """Come back in `retry_after` seconds."""

    code = "too_many_tries"
    title = _("Too many tries")
    status = 429

    def __init__(self, detail: str | Promise = "", *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class TooManyRequests(DomainError):
    """The quota of this minute is spent; the next begins in `retry_after` seconds."""

    code = "too_many_requests"
    title = _("Too many requests")
    status = 429

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(_("Wait until the next minute; Retry-After says how many seconds."))
