"""Invite many people by mail at once. Rows are stored first; `posting` sends their letters at its pace."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts.address_lists import MOST_ROWS, Row, TooManyRows, rows_of
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import (
    LONGEST_EXTERNAL_ID,
    LONGEST_LINE,
    Cohort,
    Event,
    Invitation,
    Letter,
    Mailing,
    MailingRow,
    Membership,
)
from apps.cohorts.services.events import record
from apps.cohorts.services.making import locked_cohort
from apps.core.errors import InvalidValue

Outcome = MailingRow.Outcome
BATCH = 1000


def invite_by_mail(
    *,
    cohort: Cohort,
    user: User,
    text: str,
    role: str = Membership.Role.LEARNER,
    expires_at: datetime | None = None,
    now: datetime,
) -> Mailing:
    """Store every line and write a letter to each address that is to be invited; nobody gets two.

    Each invitation is for its address alone and used once. Raises CohortArchived, InvalidValue.
    """
    if role not in Membership.Role.values:
        raise InvalidValue(_("There is no such role."), field="role")
    if expires_at is not None and expires_at <= now:
        raise InvalidValue(_("Choose a moment that is still to come."), field="expires_at")
    try:
        rows = rows_of(text)
    except TooManyRows as error:
        raise InvalidValue(
            _("A list has %(most)d addresses at most; send it in parts.") % {"most": MOST_ROWS},
            field="text",
        ) from error
    if not rows:
        raise InvalidValue(_("There is no address in it."), field="text")
    with transaction.atomic():
        # Two lists at once must not invite the same person twice.
        locked = locked_cohort(cohort.pk)
        if locked.archived_at is not None:
            raise CohortArchived
        mailing = Mailing.objects.create(
            cohort=locked, role=role, expires_at=expires_at, made_by=user, made_at=now
        )
        stored = _judged(mailing, rows, now)
        _invite(mailing, [each for each in stored if each.outcome == Outcome.INVITED], now)
        MailingRow.objects.bulk_create(stored, batch_size=BATCH)
        invited = sum(each.outcome == Outcome.INVITED for each in stored)
        record(cohort=locked, kind=Event.Kind.MAILED, actor=user, now=now, role=role, count=invited)
    return mailing


def stop_mailing(*, mailing: Mailing, by: User, now: datetime) -> int:
    """Send nothing more of it, and withdraw the invitations that were not sent; how many."""
    with transaction.atomic():
        cohort = locked_cohort(mailing.cohort_id)
        letters = Letter.objects.filter(
            invitation__mailing_row__mailing=mailing, state=Letter.State.WAITING
        )
        stopped = list(letters.select_for_update(of=("self",)).values_list("pk", flat=True))
        Letter.objects.filter(pk__in=stopped).update(state=Letter.State.STOPPED)
        Invitation.objects.filter(letter__in=stopped).update(revoked_at=now)
        if stopped:
            Mailing.objects.filter(pk=mailing.pk).update(stopped_at=now)
            record(
                cohort=cohort,
                kind=Event.Kind.MAILING_STOPPED,
                actor=by,
                now=now,
                count=len(stopped),
            )
    return len(stopped)


def _judged(mailing: Mailing, rows: Iterable[Row], now: datetime) -> list[MailingRow]:
    members = set(_lowered(mailing.cohort.memberships.active().values_list("user__email")))
    holding = set(_lowered(_holding(mailing, now).values_list("email")))
    ids = set(
        mailing.cohort.memberships.exclude(external_id="").values_list("external_id", flat=True)
    )
    seen: set[str] = set()
    stored = []
    for row in rows:
        outcome = _outcome(row, seen, members, holding, ids)
        if outcome == Outcome.INVITED:
            seen.add(row.address)
            ids.add(row.external_id)
        stored.append(
            MailingRow(
                mailing=mailing,
                line=row.line,
                text=row.text[:LONGEST_LINE],
                address=row.address if row.is_address else "",
                external_id=row.external_id[:LONGEST_EXTERNAL_ID],
                outcome=outcome,
            )
        )
    return stored


def _outcome(
    row: Row, seen: set[str], members: set[str], holding: set[str], ids: set[str]
) -> MailingRow.Outcome:
    if not row.address:
        return Outcome.NO_ADDRESS
    if not row.is_address:
        return Outcome.BAD_ADDRESS
    if row.address in seen:
        return Outcome.REPEATED
    if row.address in members:
        return Outcome.MEMBER
    if row.address in holding:
        return Outcome.INVITED_BEFORE
    if len(row.external_id) > LONGEST_EXTERNAL_ID or not row.external_id.isprintable():
        return Outcome.BAD_ID
    if row.external_id and row.external_id in ids:
        return Outcome.ID_TAKEN
    return Outcome.INVITED


def _holding(mailing: Mailing, now: datetime) -> QuerySet[Invitation]:
    """Invitations of this cohort by mail that still let somebody in, and whose mail went or will go out."""
    return Invitation.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        cohort=mailing.cohort,
        revoked_at__isnull=True,
        uses=0,
        letter__state__in=(*Letter.UNSENT, Letter.State.SENT),
    )


def _lowered(values: Iterable[tuple[str]]) -> Iterable[str]:
    return (address.lower() for (address,) in values)


def _invite(mailing: Mailing, rows: list[MailingRow], now: datetime) -> None:
    cohort = mailing.cohort
    invitations = [
        Invitation(
            cohort=cohort,
            role=mailing.role,
            expires_at=mailing.expires_at,
            max_uses=1,
            email=row.address,
            external_id=row.external_id,
            created_by=mailing.made_by,
            created_at=now,
        )
        for row in rows
    ]
    Invitation.objects.bulk_create(invitations, batch_size=BATCH)
    Letter.objects.bulk_create(
        [
            Letter(
                kind=Letter.Kind.INVITATION,
                cohort=cohort,
                address=invitation.email,
                language=cohort.language,
                invitation=invitation,
                is_bulk=True,
                made_at=now,
                next_at=now,
            )
            for invitation in invitations
        ],
        batch_size=BATCH,
    )
    for row, invitation in zip(rows, invitations, strict=True):
        row.invitation = invitation
