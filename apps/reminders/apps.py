from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "apps.reminders"
    label = "reminders"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        from django.core.checks import register

        from apps.core.readiness import register_part
        from apps.reminders.checks import check_keys
        from apps.reminders.parts import check_second_heartbeat

        register(check_keys)
        register_part("second heartbeat", check_second_heartbeat)
