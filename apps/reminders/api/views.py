"""My rewatches, what was sent to me, and how I want to be reminded."""

from typing import Any

from django.utils import timezone
from rest_framework.response import Response

from apps.accounts.api.requests import SignedInRequest
from apps.core.api.operations import Operation
from apps.core.api.pages import page_of_queryset
from apps.core.api.serializers import PageQuery, page_of
from apps.core.api.views import APIView, page_response
from apps.core.errors import InvalidValue, NotFound
from apps.reminders import selectors, services, slots
from apps.reminders.api.documents import reminder_json, rewatch_json, settings_json
from apps.reminders.api.serializers import (
    WEEKDAYS,
    ReminderAnswer,
    ReminderSettingsAnswer,
    ReminderSettingsBody,
    RewatchAnswer,
    RewatchesQuery,
    SnoozeBody,
)
from apps.reminders.errors import NoLoudDay, PauseInThePast, RewatchEnded, SnoozeTooLong
from apps.reminders.models import Channel, Wake
from apps.reminders.previews import message_preview


class RewatchesView(APIView):
    operations = {
        "GET": Operation(
            id="list_rewatches",
            summary="My rewatches",
            scope="reminders:read",
            within=True,
            query=RewatchesQuery,
            answer=page_of(RewatchAnswer),
        )
    }

    def get(self, request: SignedInRequest) -> Response:
        """Of every cohort I am in, the oldest promise first."""
        today = slots.local_date(timezone.now(), request.user.zone)
        rewatches = selectors.rewatches_of_person(user=request.user)
        if "state" in self.query:
            rewatches = selectors.in_state(rewatches, self.query["state"], today=today)
        if "cohort" in self.query:
            rewatches = rewatches.filter(membership__cohort__slug=self.query["cohort"])
        page = page_of_queryset(
            request,
            rewatches,
            ordering=("due_on", "id"),
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        return page_response(page, [rewatch_json(rewatch, today=today) for rewatch in page.rows])


class SnoozeView(APIView):
    operations = {
        "POST": Operation(
            id="snooze_rewatch",
            summary="Move a rewatch to a later day",
            scope="reminders:write",
            within=True,
            body=SnoozeBody,
            answer=RewatchAnswer,
            refusals=[InvalidValue, NotFound, RewatchEnded, SnoozeTooLong],
        )
    }

    def post(self, request: SignedInRequest, rewatch_id: str) -> Response:
        """Never before tomorrow. The same day twice is the same as once."""
        now = timezone.now()
        rewatch = selectors.own_rewatch(user=request.user, rewatch_id=rewatch_id)
        moved = services.snooze_rewatch(rewatch=rewatch, now=now, **self.body)
        today = slots.local_date(now, request.user.zone)
        return Response(rewatch_json(moved, today=today))


class RemindersView(APIView):
    operations = {
        "GET": Operation(
            id="list_reminders",
            summary="What was sent to me",
            scope="reminders:read",
            query=PageQuery,
            answer=page_of(ReminderAnswer),
        )
    }

    def get(self, request: SignedInRequest) -> Response:
        """Newest first: when, on which channel, about what."""
        page = page_of_queryset(
            request,
            selectors.reminders_sent(user=request.user),
            ordering=("-slot_on", "-id"),
            cursor=self.query.get("cursor"),
            page_size=self.query["page_size"],
        )
        ids = {rewatch_id for delivery in page.rows for rewatch_id in delivery.rewatches}
        rewatches = selectors.rewatches_by_id(rewatch_ids=ids)
        return page_response(
            page, [reminder_json(delivery, rewatches=rewatches) for delivery in page.rows]
        )


class ReminderSettingsView(APIView):
    operations = {
        "GET": Operation(
            id="read_reminder_settings",
            summary="How I want to be reminded",
            scope="reminders:read",
            answer=ReminderSettingsAnswer,
        ),
        "PATCH": Operation(
            id="change_reminder_settings",
            summary="Change how I want to be reminded",
            scope="reminders:write",
            body=ReminderSettingsBody,
            partial=True,
            answer=ReminderSettingsAnswer,
            refusals=[InvalidValue, NoLoudDay, PauseInThePast],
        ),
    }

    def get(self, request: SignedInRequest) -> Response:
        """And when the next message comes as things stand."""
        return self._settings(request, selectors.wake_of(user=request.user))

    def patch(self, request: SignedInRequest) -> Response:
        """The next message is found anew at once."""
        wishes: dict[str, Any] = dict(self.body)
        if "quiet_weekdays" in wishes:
            wishes["quiet_days"] = [WEEKDAYS.index(name) for name in wishes.pop("quiet_weekdays")]
        if "channels" in wishes:
            wishes["channels"] = self._channels(request, wishes["channels"])
        wake = services.change_reminder_settings(user=request.user, now=timezone.now(), **wishes)
        return self._settings(request, wake)

    def _channels(self, request: SignedInRequest, switched: dict[str, bool]) -> list[str]:
        wake = selectors.wake_of(user=request.user)
        on = {channel: channel in wake.channels for channel in Channel.values}
        on["email"] = on["email"] and wake.unsubscribed_at is None
        return [channel for channel, is_on in (on | switched).items() if is_on]

    def _settings(self, request: SignedInRequest, wake: Wake) -> Response:
        user = request.user
        preview = message_preview(user=user, wake=wake, now=timezone.now())
        return Response(settings_json(wake, user=user, preview=preview))
