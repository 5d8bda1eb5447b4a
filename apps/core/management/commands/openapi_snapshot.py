"""Write the OpenAPI schema to docs/openapi.yaml, so that a change of the contract is seen in review.

A change that takes something away from clients is refused: version 1 changes only by adding.
"""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.api.compatibility import breaks
from apps.core.api.documents import schema_yaml

SNAPSHOT = Path(settings.ROOT) / "docs" / "openapi.yaml"


def read(text: bytes) -> dict[str, Any]:
    """The document of a YAML text, by the quick reader: it is a megabyte."""
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


class Command(BaseCommand):
    help = "Write docs/openapi.yaml; with --check only say whether it is current and keeps its promises."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true")
        parser.add_argument(
            "--breaking",
            action="store_true",
            help="Write it although clients break: for what was announced, or was never released.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        current = schema_yaml()
        before = SNAPSHOT.read_bytes() if SNAPSHOT.exists() else current
        if before != current and not options["breaking"]:
            broken = breaks(read(before), read(current))
            if broken:
                raise CommandError("\n".join(["This breaks clients:", *broken]))
        if options["check"]:
            if before != current or not SNAPSHOT.exists():
                raise CommandError("docs/openapi.yaml is old; run manage.py openapi_snapshot")
            return
        SNAPSHOT.write_bytes(current)
        self.stdout.write(f"{SNAPSHOT} is {'as it was' if before == current else 'written'}.")
