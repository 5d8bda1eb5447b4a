"""`manage.py reminders_confirm`: say that this database is the real one now, after a restore or a failover."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.reminders import guard
from apps.reminders.services import confirm_instance


class Command(BaseCommand):
    help = "Let a restored or copied database send reminders: what was due already comes on each learner's next day."

    def handle(self, *args: Any, **options: Any) -> None:
        standing = guard.standing()
        if not standing.is_copy:
            self.stdout.write("this is the database that sends reminders; nothing to confirm")
            return
        done = confirm_instance(now=timezone.now())
        self.stdout.write(
            f"confirmed: {done.learners} learners and {done.messages} messages moved to a later day, "
            f"{done.assumed} messages taken for sent"
        )
