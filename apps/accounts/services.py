"""Commands about people. A person's row is locked before their Wake, as everywhere."""

import uuid

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.tokens import end_tokens
from apps.accounts.zones import checked_zone
from apps.core.errors import NotFound


def move_home(*, user: User, time_zone: str) -> bool:
    """Another time zone for this person, wherever they chose it; whether it is another one. Raises InvalidValue.

    Their reminders follow by the caller's hand, in its transaction: the hour stays, over there.
    """
    checked_zone(time_zone)
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if locked.time_zone == time_zone:
            return False
        locked.time_zone = time_zone
        locked.save(update_fields=["time_zone"])
    return True


def give_right_to_make_cohorts(*, email: str) -> User:
    """From now on this person may make cohorts. Raises NotFound for an address nobody signed up with."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise NotFound
    user.may_create_cohorts = True
    user.save(update_fields=["may_create_cohorts"])
    return user


def make_machine(*, name: str, time_zone: str, language: str) -> User:
    """A program's account: no password, no mailbox, nothing but the tokens that are made for it."""
    return User.objects.create_user(
        f"{uuid.uuid4().hex}@machine.invalid",
        None,
        name=name,
        time_zone=time_zone,
        language=language,
        is_machine=True,
    )


def close_machine(*, user: User) -> None:
    """End a program's account with all its tokens; what it did stays noted under its name."""
    end_tokens(user=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
