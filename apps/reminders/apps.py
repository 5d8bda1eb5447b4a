from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "apps.reminders"
    label = "reminders"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        from django.core.checks import register

        from apps.core.readiness import register_part
        from apps.reminders.checks import check_keys, check_transport
        from apps.reminders.guard import check_engine
        from apps.reminders.parts import check_second_heartbeat

        register(check_keys)
        register(check_transport)
        register_part("reminders", check_engine)
        register_part("second heartbeat", check_second_heartbeat)
