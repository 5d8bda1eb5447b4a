"""Signed in, and with a token that was made for this."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.api.errors import ScopeMissing, TokenLimited
from apps.core.api.operations import Operation
from apps.core.errors import NotFound

if TYPE_CHECKING:
    from rest_framework.views import APIView as AnyView

    from apps.core.api.views import APIView


class SignedInWithScope(BasePermission):
    """Sessions have every scope. Roles are the selectors' matter: a token never widens them."""

    def has_permission(self, request: Request, view: "AnyView") -> bool:
        operation = cast("APIView", view).operation
        if operation is not None and operation.public:
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated
        scopes = getattr(request.auth, "scopes", None)
        if scopes is None or operation is None:
            return True
        if not operation.is_open_to(scopes):
            raise ScopeMissing(operation.scope)
        if limit := getattr(request.auth, "cohort", ""):
            _keep_within(limit, operation, view.kwargs)
        return True


def _keep_within(limit: str, operation: Operation, named: Mapping[str, Any]) -> None:
    """Another cohort is as good as none; what does not ask which cohort is closed."""
    if "cohort" in named:
        if named["cohort"] != limit:
            raise NotFound
    elif not operation.within:
        raise TokenLimited
