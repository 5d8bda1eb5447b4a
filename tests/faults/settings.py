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
CELERY_WORKER_CONCURRENCY = Scene.senders
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0
CELERY_BEAT_SCHEDULE = {
    "plan": {
        "task": "reminders.plan_rewatches",
        "schedule": Scene.tick,
        "options": {"queue": "reminders", "expires": 2 * Scene.tick},
    },
    **{
        f"deliver-{number}": {
            "task": "reminders.deliver_messages",
            "schedule": Scene.tick,
            "options": {"queue": "deliver", "expires": 2 * Scene.tick},
        }
        for number in range(Scene.senders - 1)
    },
}
LOGGING = console_logging("ERROR")
