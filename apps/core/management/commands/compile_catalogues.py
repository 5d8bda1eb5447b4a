"""`manage.py compile_catalogues`: what `compilemessages` does, without the gettext programs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.core.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compile the translations that have changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for path in settings.LOCALE_PATHS:
            for compiled in compile_catalogues(root=Path(path)):
                self.stdout.write(f"compiled {compiled}")
