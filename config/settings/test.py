"""Settings of the test suite: real PostgreSQL and Redis, plain static files, mail kept in memory."""

import os
import re

from config.settings.base import *  # noqa: F403 - settings add up
from config.settings.base import CACHES, CELERY_BROKER_URL, INSTALLED_APPS, env

SECRET_KEY = "tests-only"  # noqa: S105 - it says so
REMINDER_KEYS = ["tests-only"]
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A manifest needs collectstatic first; tests read the files where they lie.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SITE_URL = env.str("SITE_URL", default="http://testserver")
INSTANCE = "tests"

# Each xdist worker has a Redis database of its own for the broker and another for the cache.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def own_database(url: str) -> str:
    """The address with its database number moved on by two for each worker before this one."""
    return re.sub(r"\d+$", lambda number: str(int(number[0]) + 2 * WORKER), url)


CELERY_BROKER_URL = own_database(CELERY_BROKER_URL)
CACHES["default"]["LOCATION"] = own_database(CACHES["default"]["LOCATION"])
DEMO_ALLOWED = True
