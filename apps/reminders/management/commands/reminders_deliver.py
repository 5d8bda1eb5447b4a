"""`manage.py reminders_deliver [--now ISO] [--only-to E-MAIL]`: one run of the sender by hand."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.reminders.management.moments import moment
from apps.reminders.services import deliver_messages


class Command(BaseCommand):
    help = "Send the reminders that wait in the outbox (the same code as the ticks)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", type=moment, help="send as if it were this moment (ISO 8601)")
        parser.add_argument("--only-to", metavar="E-MAIL", help="only what goes to this address")

    def handle(self, *args: Any, **options: Any) -> None:
        now: datetime = options["now"] or timezone.now()
        report = deliver_messages(now=now, only_to=options["only_to"])
        if report.closed:
            raise CommandError(f"nothing is sent: {report.closed}")
        for email in report.sent_to:
            self.stdout.write(f"sent to {email}")
        ended = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.items())
        self.stdout.write(
            f"{ended or 'nothing to send'}; {report.later} to be tried again, "
            f"{report.unsure} unknown"
        )
