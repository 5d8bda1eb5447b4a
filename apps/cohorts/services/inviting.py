"""Make invitation links and withdraw them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cohorts.errors import CohortArchived
from apps.cohorts.models import Cohort, Event, Invitation, Membership
from apps.cohorts.services.events import record
from apps.cohorts.services.making import locked_cohort
from apps.core.errors import InvalidValue


def create_invitation(
    *,
    cohort: Cohort,
    user: User,
    role: str = Membership.Role.LEARNER,
    expires_at: datetime | None = None,
    max_uses: int | None = None,
    email_domain: str = "",
    email: str = "",
    now: datetime,
) -> Invitation:
    """A new link; without limits it works until it is withdrawn. Raises CohortArchived, InvalidValue."""
    if role not in Membership.Role.values:
        raise InvalidValue(_("There is no such role."), field="role")
    if expires_at is not None and expires_at <= now:
        raise InvalidValue(_("Choose a moment that is still to come."), field="expires_at")
    if max_uses is not None and not 1 <= max_uses <= 1_000_000:
        raise InvalidValue(_("Choose a number from 1 up."), field="max_uses")
    domain = email_domain.strip().lower().removeprefix("@")
    if domain and not EmailValidator().validate_domain_part(domain):
        raise InvalidValue(_("Write a domain such as example.org."), field="email_domain")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise InvalidValue(_("This is not an e-mail address."), field="email") from error
    with transaction.atomic():
        locked = locked_cohort(cohort.pk)
        if locked.archived_at is not None:
            raise CohortArchived
        invitation = Invitation.objects.create(
            cohort=locked,
            role=role,
            expires_at=expires_at,
            max_uses=max_uses,
            email_domain=domain,
            email=email.strip().lower(),
            created_by=user,
            created_at=now,
        )
        record(cohort=locked, kind=Event.Kind.LINK_MADE, actor=user, now=now, role=role)
        return invitation


def revoke_invitation(
    *, invitation: Invitation, now: datetime, by: User | None = None
) -> Invitation:
    """Withdraw a link; withdrawing twice keeps the first moment."""
    with transaction.atomic():
        cohort = locked_cohort(invitation.cohort_id)
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if locked.revoked_at is None:
            locked.revoked_at = now
            locked.save(update_fields=["revoked_at"])
            record(
                cohort=cohort, kind=Event.Kind.LINK_WITHDRAWN, actor=by, now=now, role=locked.role
            )
    return locked
