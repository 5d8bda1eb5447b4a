"""Settings of `make run`: everything on this machine, nothing secret, demo allowed.

While `make run` is up, its addresses lie in `$VAR/run/env`, so that every `manage.py` finds them.
"""

import os
from pathlib import Path

import environ

VAR = Path(os.environ.get("VAR") or Path(__file__).resolve().parents[2] / "var").resolve()
environ.Env.read_env(VAR / "run" / "env")

from config.settings.base import *  # noqa: E402, F403 - base reads the environment when imported
from config.settings.base import STORAGES, env  # noqa: E402 - the same
from config.settings.logs import console_logging  # noqa: E402 - the same

SECRET_KEY = "local-only-never-used-elsewhere"  # noqa: S105 - it says so
REMINDER_KEYS = ["local-only-never-used-elsewhere"]
# `DEBUG=1 manage.py runserver` shows changed templates and static files at once.
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
STYLEGUIDE_IS_OPEN = True
# `manage.py demo` makes accounts with a published password: here and nowhere else.
DEMO_ALLOWED = True
# Whatever the shell says of mail servers: nothing leaves this machine.
EMAIL_HOST = "127.0.0.1"
EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
EMAIL_USE_TLS = EMAIL_USE_SSL = False
# Where the mail sink lays what was sent.
MAIL_ROOT = env.str("MAIL_ROOT", default=str(VAR / "mail"))
REMINDER_TRANSPORT = f"sink:{MAIL_ROOT}"
# A receiver that one tries webhooks with runs on this machine, too.
WEBHOOKS_ALLOW_HTTP = True
WEBHOOKS_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]
# The port may be another one tomorrow; the installation is the same.
INSTANCE = "local"
STORAGES = STORAGES | {
    # Compressing takes half a minute and gains nothing on one's own machine.
    "staticfiles": {"BACKEND": "apps.core.static_files.HashedStaticFiles"},
}
# An error leaves its traceback in $VAR/log/web.log.
LOGGING = console_logging(env.str("LOG_LEVEL", default="WARNING"))
