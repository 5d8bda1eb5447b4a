"""Tell people, once, that access tokens of theirs end soon; of a machine account's, its cohort's instructors."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from apps.accounts.emails import account_message
from apps.accounts.models import Token, User
from apps.cohorts.models import Membership

logger = logging.getLogger(__name__)

WARNED_BEFORE = timedelta(days=7)
# Whoever makes a token for a few days knows when it ends.
SHORT = timedelta(days=14)
AT_ONCE = 200


def warn_of_token_ends(*, now: datetime) -> int:
    """Write to everybody whose tokens end within a week and who was not told; how many mails went out.

    A token is marked in the transaction that sends: a mail server that is away is asked again in an hour. Where one of
    several readers was told, nobody is told again for the sake of an address that was refused.
    """
    owners = list(_ending(now).order_by("user").values_list("user", flat=True).distinct()[:AT_ONCE])
    sent = 0
    for owner_id in owners:
        try:
            sent += _warn(owner_id, now)
        except OSError as error:
            logger.warning("a mail about tokens waits: %s", type(error).__name__)
    return sent


def _warn(owner_id: int, now: datetime) -> int:
    with transaction.atomic():
        tokens = list(
            _ending(now)
            .filter(user=owner_id)
            .select_related("user")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("expiry", "public_id")
        )
        if not tokens:
            return 0
        Token.objects.filter(pk__in=[token.pk for token in tokens]).update(warned_at=now)
        owner = tokens[0].user
        readers = _instructors_of(owner) if owner.is_machine else [owner]
        told, refused = 0, None
        for reader in readers:
            try:
                _write(reader, owner, tokens)
                told += 1
            except OSError as error:
                refused = error
        if refused is not None:
            if not told:
                raise refused
            logger.warning("a mail about tokens was refused: %s", type(refused).__name__)
    return told


def _ending(now: datetime) -> QuerySet[Token]:
    return Token.objects.filter(
        warned_at=None,
        expiry__gt=now,
        expiry__lte=now + WARNED_BEFORE,
        expiry__gte=F("created") + SHORT,
        user__is_active=True,
    )


def _instructors_of(machine: User) -> list[User]:
    cohorts = Membership.objects.active().filter(user=machine).values("cohort")
    teaching = (
        Membership.objects.active()
        .people()
        .filter(cohort__in=cohorts, role=Membership.Role.INSTRUCTOR, user__is_active=True)
    )
    return [each.user for each in teaching.select_related("user").order_by("pk")]


def _write(reader: User, owner: User, tokens: Sequence[Token]) -> None:
    page, of = (
        ("dashboards:machines", [tokens[0].cohort]) if owner.is_machine else ("overview:tokens", [])
    )
    path = reverse(page, args=of)
    account_message(
        name="tokens_end",
        to=[reader.email],
        context={
            "machine": owner if owner.is_machine else None,
            "tokens": [
                (token.name, token.expiry.astimezone(reader.zone))
                for token in tokens
                if token.expiry is not None
            ],
            "address": f"{settings.SITE_URL}{path}",
        },
        language=reader.language,
    ).send()
