"""Signed in, and with a token that was made for this."""

from typing import TYPE_CHECKING, cast

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.api.errors import ScopeMissing

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
        if scopes is None or operation is None or operation.is_open_to(scopes):
            return True
        raise ScopeMissing(operation.scope)
