"""The Django app escalation."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "escalation"
