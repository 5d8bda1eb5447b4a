"""One declaration per method of a door: who may, what goes in, what comes out, what can go wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rest_framework.serializers import BaseSerializer

from apps.core.api.serializers import Query, StrictSerializer
from apps.core.errors import DomainError

SCOPES: tuple[str, ...] = (
    "curricula:read",
    "curricula:write",
    "cohorts:read",
    "cohorts:write",
    "progress:read",
    "progress:write",
    "notes:read",
    "notes:write",
    "reminders:read",
    "reminders:write",
)
# Doors about the person themselves have no scope of their own: any token reads who it belongs to,
# and one that may write anything may change it.
ANY = "any"
ANY_WRITE = "any:write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one method of an address promises.

    `scope` is what a token needs (one of SCOPES, ANY or ANY_WRITE; sessions need none); `public`
    needs no sign-in at all. `query` and `body` are checked before the handler runs and lie in
    `self.query` and `self.body`. `answer` None is an answer without a body. `refusals` are the
    domain errors the handler may raise beside the common ones. `also` adds answers in other media
    types, `{(200, "text/csv"): str}`. `within` says that the handler keeps to the cohort of a token that is
    limited to one (`user.limited_to`); an address that names its cohort does so by itself.
    """

    id: str
    summary: str
    scope: str = ""
    public: bool = False
    query: type[Query] = Query
    body: type[StrictSerializer] | None = None
    body_optional: bool = False
    partial: bool = False
    answer: type[BaseSerializer[Any]] | None = None
    status: int = 200
    refusals: Sequence[type[DomainError]] = ()
    idempotent: bool = False
    if_match: bool = False
    within: bool = False
    also: Mapping[tuple[int, str], Any] = field(default_factory=dict)
    examples: Sequence[Any] = ()

    def __post_init__(self) -> None:
        if not self.public and self.scope not in (*SCOPES, ANY, ANY_WRITE):
            raise ValueError(f"{self.id} has to declare a scope or be public")

    def is_open_to(self, scopes: Collection[str]) -> bool:
        """Whether a token with these scopes may ask for this."""
        if self.scope == ANY:
            return bool(scopes)
        if self.scope == ANY_WRITE:
            return any(scope.endswith(":write") for scope in scopes)
        return self.scope in scopes
