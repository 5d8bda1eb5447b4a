"""`manage.py reminders_why E-MAIL [--now ISO]`: why a person did or did not get a message, in sentences, with the
servers' own words. Moments are those of the person's zone.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import User
from apps.reminders.findings import Finding, Why
from apps.reminders.management.moments import moment
from apps.reminders.why import why
from apps.reminders.why_words import sentence


class Command(BaseCommand):
    help = "Say why a person did or did not get a reminder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--now", type=moment, help="business time, with its zone")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("nobody has this address")
        answer = why(user=user, now=options["now"] or timezone.now())
        with timezone.override(user.zone):
            self._say(answer)

    def _say(self, answer: Why) -> None:
        parts: list[tuple[str, tuple[Finding, ...]]] = [
            ("", (answer.next,)),
            ("Today", answer.stands),
            ("So far", answer.log),
        ]
        for title, findings in parts:
            if title and findings:
                self.stdout.write(f"{title}:")
            for finding in findings:
                said = f" [{finding.said}]" if finding.said else ""
                self.stdout.write(f"{'  ' if title else ''}{sentence(finding, answer)}{said}")
