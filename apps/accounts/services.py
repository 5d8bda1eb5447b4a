"""Commands about people."""

from apps.accounts.models import User
from apps.core.errors import NotFound


def give_right_to_make_cohorts(*, email: str) -> User:
    """From now on this person may make cohorts. Raises NotFound for an address nobody signed up with."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise NotFound
    user.may_create_cohorts = True
    user.save(update_fields=["may_create_cohorts"])
    return user
