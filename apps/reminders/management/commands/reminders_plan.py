"""`manage.py reminders_plan [--now ISO] [--dry-run]`: one tick of the planner by hand."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import User
from apps.reminders.management.moments import moment
from apps.reminders.services import plan_digests, plan_rewatches, repair_rewatches


class Command(BaseCommand):
    help = "Write the reminders that are due into the outbox (the same code as the ticks)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", type=moment, help="plan as if it were this moment (ISO 8601)")
        parser.add_argument("--dry-run", action="store_true", help="say it and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now: datetime = options["now"] or timezone.now()
        if not options["dry_run"]:
            repaired = repair_rewatches(now=now)
            if repaired.made or repaired.kept or repaired.stopped or repaired.woken:
                self.stdout.write(
                    f"repaired: {repaired.made} made, {repaired.kept} kept, "
                    f"{repaired.stopped} stopped, {repaired.woken} woken"
                )
            if digests := plan_digests(now=now):
                self.stdout.write(f"{digests} weekly mails to instructors planned")
        report = plan_rewatches(now=now, dry_run=options["dry_run"])
        if report.closed:
            raise CommandError(f"nothing is planned: {report.closed}")
        people = User.objects.in_bulk({message.user_id for message in report.messages})
        for message in report.messages:
            self.stdout.write(
                f"{people[message.user_id].email}  {message.slot_on}  {'+'.join(message.channels)}  "
                f"rewatches: {len(message.rewatches)}"
            )
        verb = "would be planned" if options["dry_run"] else "planned"
        self.stdout.write(
            f"{len(report.messages)} messages {verb}, {report.looked_at} learners looked at, "
            f"{report.failed} failed"
        )
