"""The Celery application. Tasks are only hints to look into PostgreSQL; no result is kept."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("second_pass")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
