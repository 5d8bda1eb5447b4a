"""Entity tags (RFC 9110, section 8.8.3): what a reader already has, and what a change is made from."""

import re
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from apps.core.api.errors import ChangedElsewhere, VersionRequired

# The moment of reading is no part of what was read.
_AS_OF = re.compile(rb'"as_of":"[^"]*"')
_VERSION = re.compile(r'"v(\d{1,9})"\Z')


def version_etag(version: int) -> str:
    """The strong tag of a row that counts its changes."""
    return f'"v{version}"'


def expected_version(request: Request) -> int:
    """The version that `If-Match` names.

    Without the header VersionRequired (428); with one that is no tag of ours ChangedElsewhere (412).
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionRequired
    match = _VERSION.match(given)
    if match is None:
        raise ChangedElsewhere
    return int(match[1])


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """Tag a rendered answer, weakly unless the view did, and answer 304 to who has it already."""
    if not response.has_header("ETag"):
        digest = sha256(_AS_OF.sub(b"", response.content)).hexdigest()[:32]
        response.headers["ETag"] = f'W/"{digest}"'
    return get_conditional_response(request, etag=response.headers["ETag"], response=response)
