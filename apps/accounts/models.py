"""People and their access tokens."""

import uuid
import zoneinfo
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


def validate_time_zone(name: str) -> None:
    """Refuse what is no IANA zone of the pinned tzdata."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone we know."), params={"zone": name})


def sort_key(name: str) -> str:
    """A name as it sorts: case folded, ё as е; PostgreSQL without ICU sorts by code point."""
    return name.casefold().replace("ё", "е").strip()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.sort_name = sort_key(user.name or user.email)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """One person. They sign in by e-mail; the zone and the language are theirs on every door."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    # Kept by the services that change `name`; stored for stable cursor pages.
    sort_name = models.CharField(max_length=254, blank=True, editable=False)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="en"
    )
    # The code pad refuses paste unless its person wants it otherwise; nobody has to say why.
    pastes_code = models.BooleanField(_("may paste code"), default=False, db_default=False)
    # A program's account: it has tokens and no way to sign in, and is nobody's colleague.
    is_machine = models.BooleanField(
        _("machine account"), default=False, db_default=False, editable=False
    )
    may_create_cohorts = models.BooleanField(_("may make cohorts"), default=False)
    may_edit_curricula = models.BooleanField(_("may edit curricula"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # The slug of the only cohort this request may see, by the access token it came with; empty: all.
    limited_to: str = ""

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What others see: the name, or the e-mail's local part until there is one."""
        return self.name or self.email.partition("@")[0]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Token(AbstractAuthToken):
    """A personal access token for REST: shown once, stored as a digest, limited by its scopes."""

    # knox keys its rows by the digest; addresses name a token by this instead.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("scopes"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    # The slug of the one cohort it is limited to, which never changes; empty: all of its owner's.
    cohort = models.CharField(_("cohort"), max_length=80, blank=True, default="", db_default="")
    # When its owner was told that it ends soon.
    warned_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return self.name
