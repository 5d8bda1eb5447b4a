"""Cohorts: who takes which curriculum together, from when, at what pace and by which policies."""

import secrets
import zoneinfo
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, validate_time_zone
from apps.cohorts.schedule import Break, breaks_of
from apps.curriculum.models import Revision

DEFAULT_LADDER = (4, 8, 16, 30)
LONGEST_EXTERNAL_ID = 64


def default_ladder() -> list[int]:
    return list(DEFAULT_LADDER)


def new_invitation_code() -> str:
    """128 random bits, safe in an address."""
    return secrets.token_urlsafe(16)


class CohortQuerySet(models.QuerySet["Cohort"]):
    def running(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def joinable(self) -> Self:
        """Open to anyone signed in, without an invitation."""
        return self.running().filter(is_open=True)

    def listed(self) -> Self:
        """Those that anyone signed in may join or ask to join."""
        return self.running().filter(
            models.Q(is_open=True) | models.Q(takes_requests=True), is_solo=False
        )


class Cohort(models.Model):
    class OrderRule(models.TextChoices):
        STRICT = "strict", _("strict: the next video opens when the last is completed")
        GUIDED = "guided", _("guided: others open after a plain warning")
        FREE = "free", _("free: any order")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("curriculum")
    )
    starts_on = models.DateField(_("starts on"))
    # Empty: derived from the curriculum's budget and the hours a week (`cohorts.schedule`).
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        default=Decimal("5.0"),
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal("60"))],
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="en"
    )
    order_rule = models.CharField(
        _("order of first passes"), max_length=8, choices=OrderRule, default=OrderRule.GUIDED
    )
    night_rule = models.BooleanField(_("a night between the two passes"), default=True)
    # So many first passes may run ahead of second ones before we suggest a rewatch; empty: never.
    soft_limit = models.PositiveSmallIntegerField(
        _("first passes ahead"), null=True, blank=True, default=4
    )
    ladder = ArrayField(
        models.PositiveSmallIntegerField(), default=default_ladder, verbose_name=_("ladder in days")
    )
    bonus_is_owed = models.BooleanField(_("rewatches of bonus videos are owed"), default=False)
    youtube_on_click = models.BooleanField(
        _("YouTube only after a click"), default=False, db_default=False
    )
    # Whether the desk asks what one remembers before it opens.
    recall_first = models.BooleanField(
        _("recall before a second pass"), default=True, db_default=True
    )
    # One's own concept notes coming back; nothing reads it yet.
    recall_prompts = models.BooleanField(_("recall prompts"), default=False)
    # Days that no plan counts: see `breaks`.
    breaks = models.JSONField(
        _("breaks"), default=list, blank=True, db_default=models.Value([], models.JSONField())
    )
    # By video id, as text, the week of the plan (from 1) that an instructor set it for.
    set_weeks = models.JSONField(
        _("videos set for a week"),
        default=dict,
        blank=True,
        db_default=models.Value({}, models.JSONField()),
    )
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    is_open = models.BooleanField(_("anyone may join"), default=False)
    takes_requests = models.BooleanField(
        _("anyone may ask to join"), default=False, db_default=False
    )
    # A person who started alone: a cohort of one, same rules, in no list.
    is_solo = models.BooleanField(_("of one person"), default=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gt=models.F("starts_on")),
                name="cohorts_cohort_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def break_list(self) -> tuple[Break, ...]:
        """The breaks in their order. No query: they lie in the row."""
        return breaks_of(self.breaks)

    def local_date(self, now: datetime) -> date:
        """The calendar day of `now` where the cohort lives."""
        return now.astimezone(self.zone).date()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def learners(self) -> Self:
        return self.filter(role=Membership.Role.LEARNER)

    def people(self) -> Self:
        """Without machine accounts."""
        return self.filter(user__is_machine=False)


class Membership(models.Model):
    """One person in one cohort in one role. All learning data hangs on it; it is never deleted."""

    class Role(models.TextChoices):
        LEARNER = "learner", _("learner")
        INSTRUCTOR = "instructor", _("instructor")
        OBSERVER = "observer", _("observer")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.LEARNER)
    # What their school calls them; of nobody's but the instructors' business.
    external_id = models.CharField(
        _("external id"), max_length=LONGEST_EXTERNAL_ID, blank=True, default="", db_default=""
    )
    joined_at = models.DateTimeField(_("joined"))
    ended_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "user"], name="cohorts_membership_once"),
            models.UniqueConstraint(
                fields=["cohort", "external_id"],
                condition=~models.Q(external_id=""),
                name="cohorts_membership_external_id_once",
            ),
        ]
        indexes = [
            # The cohort's people by role: dashboards, capacity.
            models.Index(fields=["cohort", "role", "ended_at"], name="cohorts_membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.cohort_id}"


class Invitation(models.Model):
    """A link that makes whoever opens it a member in a role."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="invitations")
    code = models.CharField(_("code"), max_length=40, unique=True, default=new_invitation_code)
    role = models.CharField(
        _("role"), max_length=10, choices=Membership.Role, default=Membership.Role.LEARNER
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(_("uses at most"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0)
    email_domain = models.CharField(_("only addresses at"), max_length=253, blank=True)
    email = models.EmailField(_("only for"), blank=True)
    # The external id that whoever comes in by it gets.
    external_id = models.CharField(
        _("external id"), max_length=LONGEST_EXTERNAL_ID, blank=True, default="", db_default=""
    )
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(max_uses__isnull=True)
                | models.Q(uses__lte=models.F("max_uses")),
                name="cohorts_invitation_uses_within_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}: {self.role}"
