"""Cohorts over REST. Here and not in `cohorts`, since joining and leaving move rewatches too."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.cohorts import access, errors, selectors, services
from apps.cohorts.models import Membership
from apps.cohorts.schedule import budget_seconds
from apps.core.api.operations import Operation
from apps.core.api.pages import page_of_queryset
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import InvalidValue, NotFound, RoleRequired
from apps.curriculum.models import Placement
from apps.curriculum.selectors import current_revision
from apps.overview import services as overview
from apps.overview.api.cohort_serializers import (
    CohortAnswer,
    CohortBody,
    CohortChangeBody,
    JoinBody,
    MemberAnswer,
    MemberBody,
    MembershipAnswer,
    MembersQuery,
    cohort_json,
    member_json,
    membership_json,
    plan_changes,
)
from apps.overview.api.documents import progress_json
from apps.overview.api.serializers import ProgressAnswer
from apps.overview.selectors import progress_document


def budgets_of(revision_ids: Collection[int]) -> dict[int, int]:
    """The seconds that each revision's videos take, both passes, bonus apart; one statement."""
    lengths: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    rows = Placement.objects.filter(revision_id__in=revision_ids).values_list(
        "revision_id", "video__duration_seconds", "is_bonus"
    )
    for revision_id, seconds, is_bonus in rows:
        lengths[revision_id].append((seconds, is_bonus))
    return {revision_id: budget_seconds(lengths[revision_id]) for revision_id in revision_ids}


def cohort_response(membership: Membership, **kwargs: Any) -> Response:
    revision_id = membership.cohort.revision_id
    document = cohort_json(membership, budget=budgets_of([revision_id])[revision_id])
    return Response(document, **kwargs)


class CohortsView(APIView):
    operations = {
        "GET": Operation(
            id="list_cohorts",
            summary="My cohorts",
            scope="cohorts:read",
            within=True,
            query=PageQuery,
            answer=page_of(CohortAnswer),
        ),
        "POST": Operation(
            id="create_cohort",
            summary="Make a cohort",
            scope="cohorts:write",
            body=CohortBody,
            answer=CohortAnswer,
            status=201,
            idempotent=True,
            refusals=[errors.MayNotCreateCohorts, errors.NameTaken, InvalidValue, NotFound],
        ),
    }

    def get(self, request: SignedInRequest) -> Response:
        """Those that run, in any role, the latest joined first."""
        page = page_of_queryset(
            request,
            selectors.memberships_of(user=request.user),
            ordering=("-joined_at", "-id"),
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        budgets = budgets_of({each.cohort.revision_id for each in page.rows})
        return page_response(
            page, [cohort_json(each, budget=budgets[each.cohort.revision_id]) for each in page.rows]
        )

    def post(self, request: SignedInRequest) -> Response:
        """On the newest revision of the curriculum; its maker is its first instructor."""
        wish = dict(self.body)
        revision = current_revision(slug=wish.pop("curriculum"))
        cohort = services.create_cohort(
            user=request.user,
            revision=revision,
            now=timezone.now(),
            **plan_changes(revision.pk, wish),
        )
        membership = selectors.membership_in(user=request.user, cohort_slug=cohort.slug)
        address = reverse("api:cohort-detail", kwargs={"cohort": cohort.slug})
        return cohort_response(membership, status=201, headers={"Location": address})


class CohortView(APIView):
    operations = {
        "GET": Operation(
            id="read_cohort", summary="A cohort", scope="cohorts:read", answer=CohortAnswer
        ),
        "PATCH": Operation(
            id="change_cohort",
            summary="Change a cohort's plan and policies",
            scope="cohorts:write",
            body=CohortChangeBody,
            partial=True,
            answer=CohortAnswer,
            refusals=[RoleRequired, errors.CohortArchived, InvalidValue],
        ),
    }

    def get(self, request: SignedInRequest, cohort: str) -> Response:
        """For its members, whatever their role."""
        return cohort_response(selectors.membership_in(user=request.user, cohort_slug=cohort))

    def patch(self, request: SignedInRequest, cohort: str) -> Response:
        """For its instructors, and for who is alone in it. The address stays."""
        membership = selectors.membership_in(user=request.user, cohort_slug=cohort)
        if not access.may_change_cohort(membership):
            raise RoleRequired
        membership.cohort = overview.change_cohort(
            cohort=membership.cohort,
            now=timezone.now(),
            by=request.user,
            **plan_changes(membership.cohort.revision_id, self.body),
        )
        return cohort_response(membership)


class JoinView(APIView):
    operations = {
        "POST": Operation(
            id="join_cohort",
            summary="Join by an invitation's code",
            scope="cohorts:write",
            body=JoinBody,
            answer=MembershipAnswer,
            idempotent=True,
            refusals=[
                errors.InvitationInvalid,
                errors.InvitationExpired,
                errors.InvitationUsedUp,
                errors.InvitationRevoked,
                errors.InvitationForAnother,
                errors.CohortFull,
                errors.CohortArchived,
                errors.CohortEnded,
            ],
        )
    }

    def post(self, request: SignedInRequest) -> Response:
        """Joining twice is the same membership; who had left finds everything again."""
        joined = overview.join_by_invitation(
            user=request.user, code=self.body["code"], now=timezone.now()
        )
        membership = selectors.membership_in(user=request.user, cohort_slug=joined.cohort.slug)
        return Response(membership_json(membership))


class MembersView(APIView):
    operations = {
        "GET": Operation(
            id="list_members",
            summary="The people of a cohort",
            scope="cohorts:read",
            query=MembersQuery,
            answer=page_of(MemberAnswer),
            refusals=[RoleRequired],
        )
    }

    def get(self, request: SignedInRequest, cohort: str) -> Response:
        """For its instructors; by name. Who left is not listed."""
        membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
        members = selectors.members_of(cohort=membership.cohort)
        for name in ("role", "external_id"):
            if name in self.query:
                members = members.filter(**{name: self.query[name]})
        page = page_of_queryset(
            request,
            members,
            ordering=("user__sort_name", "id"),
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        return page_response(page, [member_json(each) for each in page.rows])


class MemberView(APIView):
    operations = {
        "GET": Operation(
            id="read_member",
            summary="A member",
            scope="cohorts:read",
            answer=MemberAnswer,
            refusals=[RoleRequired],
        ),
        "PATCH": Operation(
            id="change_member",
            summary="Give a member another role or external id",
            scope="cohorts:write",
            body=MemberBody,
            partial=True,
            answer=MemberAnswer,
            refusals=[
                RoleRequired,
                errors.LastInstructor,
                errors.CohortFull,
                errors.ExternalIdTaken,
                InvalidValue,
            ],
        ),
        "DELETE": Operation(
            id="remove_member",
            summary="Take a member out of the cohort",
            scope="cohorts:write",
            status=204,
            refusals=[RoleRequired, errors.LastInstructor],
        ),
    }

    def _member(self, request: SignedInRequest, cohort: str, membership: str) -> Membership:
        mine = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
        return selectors.member_of(cohort=mine.cohort, membership_id=membership)

    def get(self, request: SignedInRequest, cohort: str, membership: str) -> Response:
        """For the cohort's instructors."""
        return Response(member_json(self._member(request, cohort, membership)))

    def patch(self, request: SignedInRequest, cohort: str, membership: str) -> Response:
        """The last instructor stays one while others are in the cohort."""
        member = self._member(request, cohort, membership)
        now = timezone.now()
        with transaction.atomic():
            if "external_id" in self.body:
                member = services.set_external_id(
                    membership=member,
                    external_id=self.body["external_id"],
                    by=request.user,
                    now=now,
                )
            if "role" in self.body:
                member = overview.change_role(
                    membership=member, role=self.body["role"], by=request.user, now=now
                )
        return Response(member_json(member))

    def delete(self, request: SignedInRequest, cohort: str, membership: str) -> Response:
        """What they did stays theirs; their reminders stop."""
        member = self._member(request, cohort, membership)
        overview.leave_cohort(membership=member, now=timezone.now(), by=request.user)
        return Response(status=204)


class LearnerProgressView(APIView):
    operations = {
        "GET": Operation(
            id="read_progress",
            summary="The progress of one learner of a cohort",
            scope="progress:read",
            answer=ProgressAnswer,
            refusals=[RoleRequired],
        )
    }

    def get(self, request: SignedInRequest, cohort: str, membership: str) -> Response:
        """For the learner, and for the cohort's instructors and observers."""
        mine = selectors.membership_in(user=request.user, cohort_slug=cohort)
        if str(mine.pk) != membership and not access.may_read_figures(mine):
            raise RoleRequired
        learner = selectors.member_of(cohort=mine.cohort, membership_id=membership)
        if not access.is_learner(learner):
            raise NotFound
        now = timezone.now()
        if learner != mine:
            services.record_look(reader=mine, learner=learner, now=now)
        document = progress_document(membership=learner, now=now)
        return Response(progress_json(document, request))
