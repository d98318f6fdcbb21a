"""Wires the apps together: settings, addresses, Celery, and the launcher. Nothing imports it."""
