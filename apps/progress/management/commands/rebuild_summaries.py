"""`manage.py rebuild_summaries`: recompute every summary from facts and say which ones differed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import ngettext

from apps.cohorts.models import Membership
from apps.progress.models import Summary
from apps.progress.services import rebuild_summary


class Command(BaseCommand):
    help = "Recompute every learner's summary from the viewings and notes it sums up."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = total = 0
        memberships = Membership.objects.select_related("cohort").filter(viewings__isnull=False)
        for membership in memberships.distinct().iterator(chunk_size=500):
            before = Summary.objects.filter(membership=membership).first()
            after = rebuild_summary(membership=membership, now=timezone.now())
            total += 1
            changed += before is None or _facts(before) != _facts(after)
        self.stdout.write(
            ngettext(
                "%(total)d summary rebuilt, %(changed)d differed.",
                "%(total)d summaries rebuilt, %(changed)d differed.",
                total,
            )
            % {"total": total, "changed": changed}
        )


def _facts(summary: Summary) -> dict[str, Any]:
    # A rebuilt row is new, which is no difference.
    return model_to_dict(summary, exclude=["updated_at"])
