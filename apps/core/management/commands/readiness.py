"""`manage.py readiness [PART ...]`: what `/readyz` says, for a container's health check and by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.readiness import UP, part_names, readiness


class Command(BaseCommand):
    help = "Say which parts are up; exit with 1 when one of them is not."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", help="only these", choices=[[], *part_names()])

    def handle(self, *args: Any, **options: Any) -> None:
        state = readiness(now=timezone.now(), only=options["parts"])
        for name, said in state.parts.items():
            self.stdout.write(f"{name}: {said}")
        if not state.is_ready:
            down = [name for name, said in state.parts.items() if said != UP]
            raise CommandError(f"not ready: {', '.join(down)}")
