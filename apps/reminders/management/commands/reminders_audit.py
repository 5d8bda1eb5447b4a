"""`manage.py reminders_audit`: looks for what must never be, says how late the engine is, exits with 1 on a finding."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.reminders.figures import audit, figures


class Command(BaseCommand):
    help = "Count broken invariants of the reminder engine; reads whole tables."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        found = figures(now=now)
        waiting = ", ".join(f"{count} {state}" for state, count in found.outbox.items() if count)
        self.stdout.write(f"outbox: {waiting or 'empty'}")
        self.stdout.write(
            f"the longest waiting learner is due since {found.oldest_due_seconds:.0f} s"
        )
        self.stdout.write(
            f"the longest waiting mail is ready since {found.oldest_ready_seconds:.0f} s"
        )
        broken = audit(now=now)
        for name, count in broken.items():
            self.stdout.write(f"{name}: {count}")
        if any(broken.values()):
            raise CommandError("an invariant is broken; see docs/operations.md")
        self.stdout.write("all well")
