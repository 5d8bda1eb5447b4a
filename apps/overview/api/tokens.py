"""Making, listing and revoking access tokens. Here and not in `accounts`, which knows no cohorts."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from apps.accounts import tokens
from apps.accounts.api.requests import SignedInRequest
from apps.accounts.api.serializers import NewTokenAnswer, TokenAnswer, TokenBody
from apps.accounts.models import User
from apps.accounts.tokens_tries import TriesNotCounted
from apps.core.api.errors import TooManyTries
from apps.core.api.operations import ANY, Operation
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView, request_fingerprint
from apps.core.errors import InvalidValue
from apps.core.idempotency import StoredAnswer, answer_once, checked_key
from apps.overview.tokens import make_own_token


class TokensView(APIView):
    operations = {
        "POST": Operation(
            id="make_token",
            summary="Make an access token",
            public=True,
            body=TokenBody,
            answer=NewTokenAnswer,
            status=201,
            idempotent=True,
            refusals=[
                tokens.WrongCredentials,
                tokens.EmailUnconfirmed,
                tokens.TooManyTokens,
                tokens.TokenGone,
                InvalidValue,
                TooManyTries,
                TriesNotCounted,
            ],
        ),
        "GET": Operation(
            id="list_tokens",
            summary="My access tokens",
            scope=ANY,
            query=PageQuery,
            answer=page_of(TokenAnswer),
        ),
    }

    def post(self, request: Request) -> Response:
        """With e-mail and password. The text of the token is in this answer and nowhere else.

        Tries are limited for each account and each address.
        """
        now = timezone.now()
        body = self.body
        owner = tokens.token_owner(
            email=body["email"],
            password=body["password"],
            address=BaseThrottle().get_ident(request),
            now=now,
        )
        key = request.headers.get("Idempotency-Key")
        made = self._made(owner) if key is None else self._made_once(owner, checked_key(key))
        return Response(NewTokenAnswer(made).data, status=201)

    def _made(self, owner: User, secret: str = "") -> tokens.MadeToken:
        return make_own_token(
            user=owner,
            name=self.body["name"],
            scopes=self.body["scopes"],
            cohort_slug=self.body.get("cohort") or "",
            expires_at=self.body.get("expires_at"),
            now=timezone.now(),
            secret=secret,
        )

    def _made_once(self, owner: User, key: str) -> tokens.MadeToken:
        """The same key and body make the same token. What is kept is its id: its text comes again
        out of the request, and is in no table."""
        request_hash = request_fingerprint(self.request)
        secret = tokens.repeatable_secret(user=owner, request_hash=request_hash, key=key)

        def produce() -> StoredAnswer:
            return StoredAnswer(201, str(self._made(owner, secret).token.public_id))

        kept = answer_once(
            user_id=owner.pk,
            key=key,
            request_hash=request_hash,
            now=timezone.now(),
            produce=produce,
        )
        text = tokens.TOKEN_PREFIX + secret
        return tokens.kept_token(user=owner, token_id=kept.document, text=text)

    def get(self, request: SignedInRequest) -> Response:
        """Without their texts, newest first."""
        mine = tokens.tokens_of(user=request.user)
        return self.page(mine, ordering=("-created", "public_id"), answer=TokenAnswer)


class TokenView(APIView):
    operations = {
        "DELETE": Operation(
            id="revoke_token",
            summary="Revoke an access token",
            scope=ANY,
            within=True,
            status=204,
        )
    }

    def delete(self, request: SignedInRequest, token: str) -> Response:
        """A session revokes any of its person's tokens; a token only itself."""
        found = tokens.own_token(user=request.user, token_id=token)
        if request.auth is not None and request.auth.pk != found.pk:
            raise PermissionDenied(_("An access token can revoke only itself."))
        tokens.revoke_token(token=found)
        return Response(status=204)
