"""Signing in as allauth does; who is signed in is read by a statement that is built once."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.core.rows import Columns

_USERS = Columns(User)


class SiteBackend(AuthenticationBackend):
    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """A machine account has its tokens and no other way in."""
        return super().user_can_authenticate(user) and not getattr(user, "is_machine", False)

    def get_user(self, user_id: int) -> User | None:
        found = _USERS.read("u", "FROM accounts_user u WHERE u.id = %s", [user_id])
        return found[0] if found and self.user_can_authenticate(found[0]) else None
