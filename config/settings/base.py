"""What is true of Second Pass wherever it runs. Environment variables are read here and nowhere else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SITE_NAME = "Second Pass"
# The address people use, without a slash at the end; links in mails are made from it.
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.curriculum",
    "apps.cohorts",
    "apps.webhooks",
    "apps.progress",
    "apps.notes",
    "apps.reminders",
    "apps.overview",
    "apps.classroom",
    "apps.dashboards",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "knox",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.core.api.quick_doors.QuickDoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.PersonalLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "apps.core.forms.SiteFormRenderer"

DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL", default="postgres:///secondpass")
}
# Persistent connections, checked before use; no pool (celery#10554: prefork closes it at every task).
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
# Statements of `core.rows` are prepared once for each connection; a pooler that shares connections between
# transactions and keeps no statements needs this off.
if env.bool("DATABASE_PREPARES", default=True):
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 0
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL", default="redis://127.0.0.1:6379/1"),
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    }
}

AUTH_USER_MODEL = "accounts.User"
# The e-mail is unique by Lower(); a plain unique index beside it would only be a second one.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.SiteBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.core.static_files.CompressedStaticFiles"},
}
# Maps of foreign scripts are read by nobody in haste, and take half of the time to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(ROOT / "var" / "static"))
# Where the files of the `file` provider lie; served by our own range view or by the reverse proxy.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(ROOT / "var" / "media"))
# A location that the reverse proxy serves MEDIA_ROOT under, for itself only (X-Accel-Redirect), such
# as "/protected-media/"; empty: we send the files.
MEDIA_ACCEL_PREFIX: str = env.str("MEDIA_ACCEL_PREFIX", default="")

# YouTube refuses an embed without a referrer (error 153), and Django's default is same-origin.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "frame-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_ENGINE = "apps.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Second Pass <hello@secondpass.test>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Invitations and other letters of cohorts; reminders have a pace of their own.
LETTERS_PER_MINUTE = env.int("LETTERS_PER_MINUTE", default=60)

# They sign the links and the Message-IDs of reminders; the first signs, all are believed. Links in
# old mails must work for years: add a new key in front, never take an old one away.
REMINDER_KEYS: list[str] = env.list("REMINDER_KEYS", default=[])

# What is known of the mail server after a crash: `blind`, `key:HEADER:HOURS`, `postfix:LOG`, `sink:FOLDER`.
REMINDER_TRANSPORT: str = env.str("REMINDER_TRANSPORT", default="blind")
# How long a sender has for the mails it took; one that died is replaced after that.
REMINDER_LEASE_SECONDS = 60.0
# The installation a database belongs to: a copy under another name does not send before it was confirmed.
INSTANCE: str = env.str("INSTANCE", default="") or SITE_URL
# Lets a monitoring system read /metrics; without it only this machine may.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")

CELERY_BROKER_URL = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 25
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "max_retries": 3,
}
# A web request never hangs on a broker that is away: hints may be lost, the next tick repairs it.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_max": 0.5}
# Every entry is a tick that looks into PostgreSQL; one that nobody took in time is worth nothing.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "pulse": {"task": "core.record_pulse", "schedule": 10.0, "options": {"expires": 60}},
    "idempotency": {
        "task": "core.forget_idempotency_keys",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "letters": {
        "task": "overview.post_letters",
        "schedule": 15.0,
        "options": {"queue": "deliver", "expires": 14},
    },
    "tokens": {
        "task": "overview.warn_of_token_ends",
        "schedule": 3600.0,
        "options": {"queue": "deliver", "expires": 3500},
    },
    "places": {
        "task": "overview.fill_places",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    "progress.recount": {
        "task": "progress.recount_changed",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "webhooks.deliver": {
        "task": "webhooks.deliver_messages",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "webhooks.due": {
        "task": "reminders.tell_of_due_rewatches",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "webhooks.forget": {
        "task": "webhooks.forget_messages",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "reminders.plan": {
        "task": "reminders.plan_rewatches",
        "schedule": 15.0,
        "options": {"queue": "reminders", "expires": 14},
    },
    "reminders.deliver": {
        "task": "reminders.deliver_messages",
        "schedule": 15.0,
        "options": {"queue": "deliver", "expires": 14},
    },
    "reminders.digests": {
        "task": "reminders.plan_digests",
        "schedule": 300.0,
        "options": {"queue": "reminders", "expires": 290},
    },
    "reminders.bonus": {
        "task": "reminders.follow_bonus_rules",
        "schedule": 3600.0,
        "options": {"queue": "reminders", "expires": 3500},
    },
    "reminders.repair": {
        "task": "reminders.repair_rewatches",
        "schedule": 300.0,
        "options": {"queue": "reminders", "expires": 290},
    },
}

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_UNIQUE_EMAIL = True
# One address a person; a new one counts once its code was typed, and the password asked again.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Who has an account is nobody's business: the answer is the same and the mail tells the difference.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "apps.accounts.forms.NewAddressForm",
    "change_email": "apps.accounts.forms.OtherAddressForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "confirm_email_verification_code": "apps.accounts.forms.ConfirmCodeForm",
    "login": "apps.accounts.forms.SignInForm",
    "reauthenticate": "apps.accounts.forms.AskAgainForm",
    "reset_password": "apps.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "apps.accounts.forms.NewPasswordForm",
    "set_password": "apps.accounts.forms.FirstPasswordForm",
    "signup": "apps.accounts.forms.SignUpForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True

# The demo makes accounts with a published password: only settings of one's own machine allow it.
DEMO_ALLOWED = False

# Webhooks lead to https in the public internet. For development, or a school's own network: plain http, and networks
# (as 10.1.0.0/16) that may be reached although they are private.
WEBHOOKS_ALLOW_HTTP = env.bool("WEBHOOKS_ALLOW_HTTP", default=False)
WEBHOOKS_ALLOWED_NETWORKS: list[str] = env.list("WEBHOOKS_ALLOWED_NETWORKS", default=[])

# True lets everyone make cohorts; otherwise it is a right given to a person.
COHORTS_BY_ANYONE = env.bool("COHORTS_BY_ANYONE", default=False)

# How many reverse proxies of ours write X-Forwarded-For; 0: nobody is believed but the socket.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Without it everybody behind the proxy shares one address, and one limit on tries at signing in.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# What one access token, or one person's sessions, may ask of REST in a minute; 0: no limit.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=1200)
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api.permissions.SignedInWithScope"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.OperationSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "apps.core.api.problems.problem_response",
    # `format` is a parameter of ours (exports), not a way round the Accept header.
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": TRUSTED_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "TOKEN_MODEL": "accounts.Token",
    "TOKEN_TTL": timedelta(days=365),
    "TOKEN_PREFIX": "2p_",
    "AUTH_HEADER_PREFIX": "Bearer",
}
KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105 - a model's name
# Its own table would be made although ours takes its place, and would break `flush` in tests.
MIGRATION_MODULES = {"knox": None}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Second Pass",
    "DESCRIPTION": "Progress, notes and reminders of cohorts that watch every video twice.",
    "VERSION": "1.0.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.webhooks.api.payloads.add_webhooks",
    ],
    # Where one field name has several sets of choices.
    "ENUM_NAME_OVERRIDES": {
        "NoteKindEnum": "apps.notes.api.serializers.NOTE_KINDS",
        "OutcomeKindEnum": "apps.curriculum.models.Outcome.Kind",
        "PassStateEnum": "apps.overview.api.serializers.PASS_STATES",
        "RewatchStateEnum": "apps.reminders.selectors.STATES",
    },
}
