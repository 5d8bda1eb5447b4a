"""`manage.py reminders_switch [planning|delivery on|off]`: the two switches of the engine, and how they stand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.reminders import guard
from apps.reminders.services import switch_reminders


class Command(BaseCommand):
    help = "Say whether reminders are planned and sent; switch either on or off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", choices=["planning", "delivery"])
        parser.add_argument("state", nargs="?", choices=["on", "off"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["state"] is not None:
            switch_reminders(**{options["what"]: options["state"] == "on"})
        standing = guard.standing()
        self.stdout.write(f"planning: {standing.planning_closed or 'on'}")
        self.stdout.write(f"delivery: {standing.delivery_closed or 'on'}")
