from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "apps.progress"
    label = "progress"
    verbose_name = _("Progress")

    def ready(self) -> None:
        from apps.progress.built import throw_away_with_its_row
        from apps.progress.models import Built

        post_delete.connect(throw_away_with_its_row, sender=Built)
