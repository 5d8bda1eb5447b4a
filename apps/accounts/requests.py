"""A request whose sender is certainly signed in (behind `login_required`)."""

from apps.accounts.models import User
from apps.core.requests import SiteRequest


class AuthenticatedRequest(SiteRequest):
    user: User
