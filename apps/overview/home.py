"""Where a person is at home: the cohort that pages of no cohort lead back to."""

from django.db.models import F

from apps.accounts.models import User
from apps.cohorts.models import Membership


def home_membership(*, user: User) -> Membership | None:
    """The cohort the person was last active in, else the newest they joined; None without any.

    One query. Archived cohorts and ended memberships are no home.
    """
    return (
        Membership.objects.active()
        .filter(user=user, cohort__archived_at__isnull=True)
        .select_related("cohort")
        .order_by(F("summary__last_active_at").desc(nulls_last=True), "-joined_at", "-pk")
        .first()
    )
