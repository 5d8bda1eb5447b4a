"""The product as `make run` has it, with short leases, quick ticks, and a mail server that is killed all the time."""

from config.settings.local import *  # noqa: F403 - settings add up
from config.settings.local import INSTALLED_APPS
from config.settings.logs import console_logging
from tests.faults.scene import Scene

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.FaultsConfig"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 1
EMAIL_PORT = Scene.port
REMINDER_TRANSPORT = Scene.transport
REMINDER_LEASE_SECONDS = 3.0
INSTANCE = "faults"
CELERY_WORKER_CONCURRENCY = 4
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0
CELERY_BEAT_SCHEDULE = {
    "plan": {
        "task": "reminders.plan_rewatches",
        "schedule": 1.0,
        "options": {"queue": "reminders", "expires": 2},
    },
    **{
        f"deliver-{number}": {
            "task": "reminders.deliver_messages",
            "schedule": 1.0,
            "options": {"queue": "deliver", "expires": 2},
        }
        for number in range(3)
    },
}
LOGGING = console_logging("ERROR")
