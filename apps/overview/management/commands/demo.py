"""`manage.py demo`: a cohort with believable histories to look at; only on one's own machine."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.overview.demo.making import demo_size, make_demo
from apps.overview.demo.people import CAST


class Command(BaseCommand):
    help = "Make the demo: cohort autumn-26, the open cohort try-it, four accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--learners",
            type=int,
            help=f"how many learners autumn-26 has (default {len(CAST)}); another number than "
            "there are makes the cohort anew",
        )
        parser.add_argument("--once", action="store_true", help="say nothing when it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError(
                "The demo makes accounts with a published password, so it works under "
                "config.settings.local only."
            )
        wanted = options["learners"]
        if wanted is not None and wanted < 1:
            raise CommandError("--learners is a number from 1.")
        present = demo_size()
        if present is not None and wanted in (None, present):
            if not options["once"]:
                self.stdout.write(f"The demo is there already, with {present} learners.")
            return
        began = time.monotonic()
        report = make_demo(learners=wanted or len(CAST), now=timezone.now())
        self.stdout.write(
            f"{report.learners} learners, {report.viewings} passes and {report.notes} notes "
            f"in {time.monotonic() - began:.1f} s."
        )
