"""Celery's application: `celery -A config.celery`. Its settings stand in settings.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("malalamiko")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
