"""Settings of a real deployment behind a reverse proxy that speaks HTTPS.

Every secret and address comes from the environment; one that is missing or weak stops the start.
"""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403 - settings add up
from config.settings.base import (
    EMAIL_USE_SSL,
    EMAIL_USE_TLS,
    REMINDER_KEYS,
    REST_FRAMEWORK,
    SILENCED_SYSTEM_CHECKS,
    SITE_URL,
    env,
)
from config.settings.logs import console_logging

REQUIRED = {
    "SECRET_KEY": "50 random characters or more, for sessions and signatures",
    "REMINDER_KEYS": "32 random characters or more, for the links in mails; several by comma",
    "DATABASE_URL": "postgres://USER:PASSWORD@HOST:5432/NAME",
    "BROKER_URL": "redis://HOST:6379/0",
    "CACHE_URL": "redis://HOST:6379/1",
    "ALLOWED_HOSTS": "the host names people use, separated by commas",
    "SITE_URL": "https://HOST, without a slash at the end",
    "EMAIL_HOST": "the SMTP server",
    "DEFAULT_FROM_EMAIL": "the sender of every mail",
}
SHORTEST_SECRET_KEY = 50
SHORTEST_REMINDER_KEY = 32


def problems() -> list[str]:
    """What the environment lacks, a line each."""
    found = [
        f"{name} is missing: {meaning}"
        for name, meaning in REQUIRED.items()
        if not env.str(name, default="").strip()
    ]
    if found:
        return found
    if len(env.str("SECRET_KEY")) < SHORTEST_SECRET_KEY:
        found.append(f"SECRET_KEY is too short: {REQUIRED['SECRET_KEY']}")
    if any(len(key) < SHORTEST_REMINDER_KEY for key in REMINDER_KEYS):
        found.append(f"REMINDER_KEYS has one that is too short: {REQUIRED['REMINDER_KEYS']}")
    if not SITE_URL.startswith("https://") or SITE_URL.endswith("/"):
        found.append(f"SITE_URL is not what it must be: {REQUIRED['SITE_URL']}")
    if EMAIL_USE_TLS and EMAIL_USE_SSL:
        found.append(
            "EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other: STARTTLS is for port 587, SSL for 465"
        )
    if env.bool("HSTS_PRELOAD", default=False) and not env.bool("HSTS_SUBDOMAINS", default=False):
        found.append("HSTS_PRELOAD needs HSTS_SUBDOMAINS: browsers' lists take whole domains only")
    if "*" in env.list("ALLOWED_HOSTS"):
        found.append(f"ALLOWED_HOSTS may not be open to all: {REQUIRED['ALLOWED_HOSTS']}")
    return found


if _found := problems():
    raise ImproperlyConfigured("Second Pass cannot start.\n  " + "\n  ".join(_found))

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# The proxy ends HTTPS and must set this header itself, whatever a client sent.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
REST_FRAMEWORK["NUM_PROXIES"] = TRUSTED_PROXIES
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SECURE_SSL_REDIRECT = True
# Supervisors ask from inside, without HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=30 * 24 * 3600)
# Names below this one may be somebody else's: only who owns them all may promise HTTPS for them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# The two warnings that ask for this promise; giving it is the operator's choice.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

LOGGING = console_logging(env.str("LOG_LEVEL", default="INFO"))
