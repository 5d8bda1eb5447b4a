"""Shortens the rests of the engine, and takes its fence out for the run that has to fail."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.apps import AppConfig
from django.urls import get_resolver

from tests.faults.scene import Scene


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        from apps.reminders.services import endings
        from apps.reminders.statements import sending

        # Once, and not anew in every sender that is forked.
        if Scene.port:
            get_resolver().reverse_dict  # noqa: B018 - a lazy one
        endings.FIRST_REST = timedelta(seconds=1)

        def no_fence(
            contents: Mapping[int, bytes],
            *,
            before: Collection[sending.Sent],
            now: datetime,
            **_kwargs: Any,
        ) -> sending.Fenced:
            marked = {
                each.message_id
                for each in before
                if sending.mark_sent(
                    each.message_id,
                    now=now,
                    settled_by="answer",
                    subject=each.subject,
                    detail=each.words,
                )
            }
            return sending.Fenced(frozenset(contents), frozenset(marked))

        if Scene.unfenced:
            vars(sending)["fence_messages"] = no_fence
