"""Settings and addresses of the bare Django site that the intake is measured beside: no middleware, one view, one row."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from config.settings import ALLOWED_HOSTS, DATABASES, DEFAULT_AUTO_FIELD, SECRET_KEY

__all__ = ["ALLOWED_HOSTS", "DATABASES", "DEFAULT_AUTO_FIELD", "SECRET_KEY"]

INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare"
USE_TZ = True

TABLE = (
    "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, words text NOT NULL, at timestamptz DEFAULT now())"
)


def rows(request: HttpRequest) -> HttpResponse:
    """Write one row."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (words) VALUES (%s) RETURNING id", [request.POST["words"]])
        return JsonResponse({"id": cursor.fetchone()[0]}, status=201)


def ready(_request: HttpRequest) -> HttpResponse:
    """Say that the table is there."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    return JsonResponse({"ready": True})


urlpatterns = [path("rows/", rows), path("readyz", ready)]
