"""Cohorts and their people in JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from apps.cohorts.models import LONGEST_EXTERNAL_ID, Cohort, Membership
from apps.cohorts.schedule import ends_on
from apps.cohorts.services.planning import LAST_WEEK, MOST_BREAKS
from apps.cohorts.services.planning import LONGEST_NAME as LONGEST_BREAK_NAME
from apps.core.api.serializers import Answer, MomentField, PageQuery, StrictSerializer
from apps.core.errors import InvalidValue
from apps.curriculum.selectors import revision_outline
from apps.overview.api.serializers import LANGUAGES, PersonAnswer

ROLES: list[str] = Membership.Role.values
ORDER_RULES: list[str] = Cohort.OrderRule.values
LONGEST_LADDER = 20
MOST_PEOPLE = 1_000_000


class RoleAnswer(Answer):
    """One's own place in a cohort."""

    id = serializers.CharField(help_text="Of the membership.")
    role = serializers.ChoiceField(choices=ROLES)


class BreakAnswer(Answer):
    """Days that no plan counts, both ends included."""

    first_on = serializers.DateField()
    last_on = serializers.DateField()
    name = serializers.CharField(help_text="Empty where it has none.")
    is_quiet = serializers.BooleanField(help_text="No reminders about this cohort meanwhile.")


class CohortAnswer(Answer):
    """A cohort with its policies, as one of its members sees it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    curriculum = serializers.CharField()
    revision = serializers.IntegerField(help_text="The curriculum's revision it is pinned to.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="As it was set, or as budget and pace make it.")
    ends_on_is_set = serializers.BooleanField()
    hours_per_week = serializers.FloatField()
    time_zone = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    order_rule = serializers.ChoiceField(choices=ORDER_RULES)
    night_rule = serializers.BooleanField()
    soft_limit = serializers.IntegerField(allow_null=True)
    ladder = serializers.ListField(child=serializers.IntegerField())
    bonus_is_owed = serializers.BooleanField()
    youtube_on_click = serializers.BooleanField()
    recall_first = serializers.BooleanField(
        help_text="Whether a second pass opens on the question what one remembers."
    )
    breaks = serializers.ListField(child=BreakAnswer())
    set_weeks = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="The week of the plan, from 1, of each video that was set for one, by its slug.",
    )
    capacity = serializers.IntegerField(allow_null=True)
    is_open = serializers.BooleanField()
    takes_requests = serializers.BooleanField(help_text="Whether anyone may ask to join.")
    is_solo = serializers.BooleanField()
    created_at = MomentField()
    archived_at = MomentField(allow_null=True)
    membership = RoleAnswer()


class BreakBody(StrictSerializer):
    """A break of the plan."""

    first_on = serializers.DateField()
    last_on = serializers.DateField()
    name = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_BREAK_NAME, default=""
    )
    is_quiet = serializers.BooleanField(required=False, default=False)


class CohortChangeBody(StrictSerializer):
    """What instructors may change; the curriculum's revision stays."""

    name = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)
    hours_per_week = serializers.DecimalField(
        max_digits=4,
        decimal_places=1,
        min_value=Decimal("0.5"),
        max_value=Decimal("60"),
        coerce_to_string=False,
    )
    time_zone = serializers.CharField(max_length=64)
    language = serializers.ChoiceField(choices=LANGUAGES)
    order_rule = serializers.ChoiceField(choices=ORDER_RULES, required=False)
    night_rule = serializers.BooleanField(required=False)
    soft_limit = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1000
    )
    ladder = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=365),
        required=False,
        min_length=1,
        max_length=LONGEST_LADDER,
        help_text="Days from the first pass, growing.",
    )
    bonus_is_owed = serializers.BooleanField(required=False)
    youtube_on_click = serializers.BooleanField(
        required=False, help_text="Watch pages ask YouTube for nothing before a click."
    )
    recall_first = serializers.BooleanField(required=False)
    breaks = serializers.ListField(
        child=BreakBody(), required=False, max_length=MOST_BREAKS, help_text="All of them."
    )
    set_weeks = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=LAST_WEEK),
        required=False,
        help_text="All of them, by the slugs of videos.",
    )
    capacity = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MOST_PEOPLE
    )
    is_open = serializers.BooleanField(required=False)
    takes_requests = serializers.BooleanField(required=False)


class CohortBody(CohortChangeBody):
    """A new cohort on the newest revision of a curriculum."""

    curriculum = serializers.CharField(max_length=80)


class JoinBody(StrictSerializer):
    """The code at the end of an invitation link."""

    code = serializers.CharField(max_length=40)


class MembershipAnswer(Answer):
    """One person in one cohort."""

    id = serializers.CharField()
    cohort = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    person = PersonAnswer()
    joined_at = MomentField()
    ended_at = MomentField(allow_null=True)


class MemberAnswer(MembershipAnswer):
    """A member as an instructor sees them."""

    email = serializers.EmailField()
    external_id = serializers.CharField(
        help_text="What the school calls them; empty where it was not said."
    )
    is_machine = serializers.BooleanField(help_text="A program's account; nobody signs in with it.")


class MembersQuery(PageQuery):
    """Filters of a cohort's people."""

    role = serializers.ChoiceField(choices=ROLES, required=False)
    external_id = serializers.CharField(required=False, max_length=LONGEST_EXTERNAL_ID)


class MemberBody(StrictSerializer):
    """What an instructor changes of a member."""

    role = serializers.ChoiceField(choices=ROLES)
    external_id = serializers.CharField(max_length=LONGEST_EXTERNAL_ID, allow_blank=True)


def membership_json(membership: Membership) -> dict[str, Any]:
    """The document of `MembershipAnswer`; cohort and user are loaded with it."""
    user = membership.user
    return {
        "id": str(membership.pk),
        "cohort": membership.cohort.slug,
        "role": membership.role,
        "person": {"id": str(user.pk), "name": user.display_name},
        "joined_at": membership.joined_at,
        "ended_at": membership.ended_at,
    }


def member_json(membership: Membership) -> dict[str, Any]:
    return membership_json(membership) | {
        "email": membership.user.email,
        "external_id": membership.external_id,
        "is_machine": membership.user.is_machine,
    }


def cohort_json(membership: Membership, *, budget: int) -> dict[str, Any]:
    """The document of `CohortAnswer`; `budget` is that of its revision, in seconds."""
    cohort = membership.cohort
    end = ends_on(
        set_on=cohort.ends_on,
        starts_on=cohort.starts_on,
        hours_per_week=cohort.hours_per_week,
        budget=budget,
        breaks=cohort.break_list,
    )
    same = (
        "slug", "name", "starts_on", "time_zone", "language", "order_rule", "night_rule",
        "soft_limit", "ladder", "bonus_is_owed", "youtube_on_click", "recall_first", "capacity",
        "is_open", "takes_requests", "is_solo", "created_at", "archived_at",
    )  # fmt: skip
    return {name: getattr(cohort, name) for name in same} | {
        "curriculum": cohort.revision.curriculum.slug,
        "revision": cohort.revision.number,
        "ends_on": end,
        "ends_on_is_set": cohort.ends_on is not None,
        "hours_per_week": float(cohort.hours_per_week),
        "breaks": cohort.breaks,
        "set_weeks": _set_weeks(cohort),
        "membership": {"id": str(membership.pk), "role": membership.role},
    }


def _set_weeks(cohort: Cohort) -> dict[str, int]:
    """By slug; what is no video of the revision any more is left out."""
    if not cohort.set_weeks:
        return {}
    videos = revision_outline(revision_id=cohort.revision_id).videos
    return {
        each.slug: cohort.set_weeks[str(each.id)]
        for each in videos
        if str(each.id) in cohort.set_weeks
    }


def plan_changes(revision_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as `change_cohort` takes it: videos are named by their ids there. Raises InvalidValue."""
    changes = dict(body)
    if "set_weeks" in changes:
        ids = {each.slug: str(each.id) for each in revision_outline(revision_id=revision_id).videos}
        wanted = changes["set_weeks"]
        if unknown := sorted(set(wanted) - set(ids)):
            raise InvalidValue(
                _("“%(video)s” is no video of this curriculum.") % {"video": unknown[0]},
                field="set_weeks",
            )
        changes["set_weeks"] = {ids[slug]: week for slug, week in wanted.items()}
    return changes
