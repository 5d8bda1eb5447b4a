"""Making, listing and deleting webhooks."""

from django.utils import timezone
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.cohorts import errors
from apps.cohorts.selectors import instructor_membership
from apps.core.api.operations import Operation
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView
from apps.core.errors import InvalidValue, RoleRequired
from apps.webhooks import selectors, services
from apps.webhooks.api.serializers import NewWebhookAnswer, WebhookAnswer, WebhookBody


class WebhooksView(APIView):
    operations = {
        "GET": Operation(
            id="list_webhooks",
            summary="The webhooks of a cohort",
            scope="cohorts:read",
            query=PageQuery,
            answer=page_of(WebhookAnswer),
            refusals=[RoleRequired],
        ),
        "POST": Operation(
            id="make_webhook",
            summary="Make a webhook",
            scope="cohorts:write",
            body=WebhookBody,
            answer=NewWebhookAnswer,
            status=201,
            refusals=[
                RoleRequired,
                errors.CohortArchived,
                services.TooManyWebhooks,
                InvalidValue,
            ],
        ),
    }

    def get(self, request: SignedInRequest, cohort: str) -> Response:
        """For its instructors; newest first, without their secrets."""
        membership = instructor_membership(user=request.user, cohort_slug=cohort)
        hooks = selectors.webhooks_of(cohort=membership.cohort)
        return self.page(hooks, ordering=("-made_at", "-id"), answer=WebhookAnswer)

    def post(self, request: SignedInRequest, cohort: str) -> Response:
        """For its instructors. The secret is in this answer and nowhere else."""
        membership = instructor_membership(user=request.user, cohort_slug=cohort)
        made = services.make_webhook(
            cohort=membership.cohort,
            url=self.body["url"],
            kinds=self.body["events"],
            by=request.user,
            now=timezone.now(),
        )
        return Response(NewWebhookAnswer(made).data, status=201)


class WebhookView(APIView):
    operations = {
        "DELETE": Operation(
            id="delete_webhook",
            summary="Delete a webhook",
            scope="cohorts:write",
            status=204,
            refusals=[RoleRequired],
        )
    }

    def delete(self, request: SignedInRequest, cohort: str, webhook: str) -> Response:
        """For the cohort's instructors. What waits is not sent any more."""
        membership = instructor_membership(user=request.user, cohort_slug=cohort)
        found = selectors.webhook_of(cohort=membership.cohort, webhook_id=webhook)
        services.delete_webhook(webhook=found, by=request.user, now=timezone.now())
        return Response(status=204)
