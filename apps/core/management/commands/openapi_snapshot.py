"""Write the OpenAPI schema to docs/openapi.yaml, so that a change of the contract is seen in review."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.api.documents import schema_yaml

SNAPSHOT = Path(settings.ROOT) / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write docs/openapi.yaml; with --check only say whether it is current."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        current = schema_yaml()
        is_current = SNAPSHOT.exists() and SNAPSHOT.read_bytes() == current
        if options["check"]:
            if not is_current:
                raise CommandError("docs/openapi.yaml is old; run manage.py openapi_snapshot")
            return
        SNAPSHOT.write_bytes(current)
        self.stdout.write(f"{SNAPSHOT} is {'as it was' if is_current else 'written'}.")
