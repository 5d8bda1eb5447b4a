"""A REST request whose sender is certainly signed in."""

from rest_framework.request import Request

from apps.accounts.models import Token, User


class SignedInRequest(Request):
    user: User
    # None: by session.
    auth: Token | None
