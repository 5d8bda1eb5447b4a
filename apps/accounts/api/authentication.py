"""Signing in to REST by `Authorization: Bearer`, or by the browser's session."""

import re
from datetime import timedelta
from hmac import compare_digest

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from apps.accounts.models import Token, User
from apps.core.rows import Columns, read_parts

TOKEN_SHAPE = re.compile(rb"2p_[0-9a-f]{64}\Z")
# Last use is for people to read; a write per request would be waste.
LAST_USE_EVERY = timedelta(minutes=1)
# Asked by every request of a client, so the statement is built once.
_TOKENS = ((Columns(Token), "t"), (Columns(User), "u"))
_WITH_KEY = "FROM accounts_token t JOIN accounts_user u ON u.id = t.user_id WHERE t.token_key = %s"


class BearerAuthentication(TokenAuthentication):
    """knox's header handling over a check of ours.

    knox's own check reads all tokens of the user at every request to delete expired ones, and fails
    on bytes that are no UTF-8.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        if not TOKEN_SHAPE.match(token):
            raise AuthenticationFailed(_("This is no access token of ours."))
        text = token.decode("ascii")
        digest = hash_token(text)
        now = timezone.now()
        rows = read_parts(_TOKENS, _WITH_KEY, [text[: CONSTANTS.TOKEN_KEY_LENGTH]])
        for row, user in rows:
            row.user = user
            if not compare_digest(digest, row.digest):
                continue
            if row.expiry is not None and row.expiry <= now:
                raise AuthenticationFailed(_("This access token has expired."))
            if not user.is_active:
                raise AuthenticationFailed(_("This account is closed."))
            if row.last_used_at is None or now - row.last_used_at >= LAST_USE_EVERY:
                stale = Q(last_used_at=None) | Q(last_used_at__lte=now - LAST_USE_EVERY)
                Token.objects.filter(stale, pk=row.pk).update(last_used_at=now)
            user.limited_to = row.cohort
            return user, row
        raise AuthenticationFailed(_("This access token is not known or was revoked."))
