from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "apps.dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from apps.dashboards.digest import InstructorDigest
        from apps.reminders.digests import register_source

        register_source(InstructorDigest())
