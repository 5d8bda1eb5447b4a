"""Personal access tokens: made once, shown once, kept as a digest, withdrawn by their owner."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from knox.crypto import create_token_string, hash_token
from knox.settings import CONSTANTS

from apps.accounts.models import Token, User
from apps.accounts.tokens_tries import count_try, take_back
from apps.core.api.operations import SCOPES
from apps.core.errors import DomainError, InvalidValue, NotFound

TOKEN_PREFIX = "2p_"  # noqa: S105 - what every token begins with
# Where nobody says when it should end.
LIFETIME = timedelta(days=365)
MOST_TOKENS = 100
# What a token may do unless somebody asks for more.
DEFAULT_SCOPES = tuple(scope for scope in SCOPES if scope.endswith(":read"))


class WrongCredentials(DomainError):
    """Says no more than that: neither whether the account exists nor what was wrong."""

    code = "wrong_credentials"
    title = _("The e-mail address and the password do not go together")
    status = 401


class EmailUnconfirmed(DomainError):
    code = "email_unconfirmed"
    title = _("Confirm your e-mail address first")
    status = 403


class TooManyTokens(DomainError):
    code = "too_many_tokens"
    title = _("You have too many access tokens; revoke some first")


class TokenGone(DomainError):
    """A repeated request asks for the text of a token that was revoked since."""

    code = "token_gone"
    title = _("The token that this Idempotency-Key made was revoked")


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token with its text, which is known now and never again."""

    token: Token
    text: str


def token_owner(*, email: str, password: str, address: str, now: datetime) -> User:
    """Whose e-mail and password these are.

    Raises TooManyTries before the password is looked at, WrongCredentials with the same work
    whether or not the account exists, EmailUnconfirmed only to who knows the password.
    """
    count_try(email=email, address=address, now=now)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        make_password(password)
        raise WrongCredentials
    if not user.check_password(password) or not user.is_active:
        raise WrongCredentials
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        raise EmailUnconfirmed
    take_back(email=email, address=address, now=now)
    return user


def make_token(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None = None,
    cohort: str = "",
    secret: str = "",
) -> MadeToken:
    """Make a token that ends at `expires_at`, or after a year.

    With the slug of a cohort it sees no other one; whether its owner is in that cohort is the caller's to check.

    `secret` (64 hexadecimal digits) is for who has to make the same text again
    (`repeatable_secret`); without it the text is random. Raises InvalidValue, TooManyTokens.
    """
    unknown = set(scopes) - set(SCOPES)
    if unknown or not scopes:
        raise InvalidValue(_("Choose at least one of the scopes there are."), field="scopes")
    if expires_at is not None and expires_at <= now:
        raise InvalidValue(_("This moment has passed."), field="expires_at")
    if tokens_of(user=user).count() >= MOST_TOKENS:
        raise TooManyTokens
    text = TOKEN_PREFIX + (secret or create_token_string())
    token = Token(
        digest=hash_token(text),
        token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=user,
        name=name,
        scopes=[scope for scope in SCOPES if scope in scopes],
        expiry=expires_at or now + LIFETIME,
        cohort=cohort,
    )
    token.save(force_insert=True)
    return MadeToken(token, text)


def repeatable_secret(*, user: User, request_hash: str, key: str) -> str:
    """The secret of the token that this very request makes: known again when it is repeated,
    without having been kept anywhere. The request's hash covers its password."""
    message = f"{user.pk}\0{key}\0{request_hash}"
    return salted_hmac("accounts.tokens.repeatable", message, algorithm="sha256").hexdigest()


def kept_token(*, user: User, token_id: str, text: str) -> MadeToken:
    """The token of an earlier request with its text, or TokenGone when it was revoked since."""
    token = Token.objects.filter(user=user, public_id=token_id).first()
    if token is None or token.digest != hash_token(text):
        raise TokenGone
    return MadeToken(token, text)


def tokens_of(*, user: User) -> QuerySet[Token]:
    """All tokens that were not revoked, newest first; ended ones among them."""
    return Token.objects.filter(user=user).order_by("-created", "public_id")


def own_token(*, user: User, token_id: str | uuid.UUID) -> Token:
    """The token by its public id, or NotFound."""
    try:
        public_id = uuid.UUID(str(token_id))
    except ValueError:
        raise NotFound from None
    token: Token | None = Token.objects.filter(user=user, public_id=public_id).first()
    if token is None:
        raise NotFound
    return token


def revoke_token(*, token: Token) -> None:
    """Withdraw it at once; the next request with it is refused."""
    token.delete()


def end_tokens(*, user: User) -> None:
    """Withdraw every token of this person, ended ones among them."""
    Token.objects.filter(user=user).delete()
