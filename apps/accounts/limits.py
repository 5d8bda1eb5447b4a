"""What a token that is limited to one cohort leaves of a person's rows."""

from django.db.models import Q

from apps.accounts.models import User


def within(user: User, path: str = "cohort") -> Q:
    """For a query of this person's rows: only those of the cohort their token is limited to, if it is.

    `path` leads from the rows to the cohort.
    """
    return Q(**{f"{path}__slug": user.limited_to}) if user.limited_to else Q()
