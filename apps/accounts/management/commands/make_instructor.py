"""`manage.py make_instructor E-MAIL ...`: give people the right to make cohorts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.services import give_right_to_make_cohorts
from apps.core.errors import NotFound


class Command(BaseCommand):
    help = "Give people who have signed up the right to make cohorts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("emails", nargs="+", metavar="E-MAIL")

    def handle(self, *args: Any, emails: list[str], **options: Any) -> None:
        unknown = []
        for email in emails:
            try:
                user = give_right_to_make_cohorts(email=email)
            except NotFound:
                unknown.append(email)
            else:
                self.stdout.write(f"{user.email} may make cohorts now.")
        if unknown:
            raise CommandError(f"Nobody has signed up with {', '.join(unknown)}.")
