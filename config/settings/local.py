"""Settings of `make run`: everything on this machine, nothing secret, demo allowed."""

from config.settings.base import *  # noqa: F403

SECRET_KEY = "local-only-never-used-elsewhere"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
