"""The Celery application. ``celery --app project.celery worker`` does what requests hand over."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.production")

app = Celery("drillbook")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
