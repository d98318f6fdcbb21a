"""What a balancer and an operator ask: are you alive, and are you ready for people?"""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

migrated = False  # once true it stays true: the migrations of a running process do not change


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all; asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database and Redis answer and every migration is applied; else 503 with one line of why."""
    reason = what_is_missing()
    return JsonResponse({"ready": not reason, "reason": reason}, status=503 if reason else 200)


def what_is_missing() -> str:
    try:
        if has_unapplied_migrations():
            return "migrations are not applied"
    except DatabaseError:
        return "the database does not answer"
    return "" if redis_answers() else "Redis does not answer"


def has_unapplied_migrations() -> bool:
    global migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not migrated:
        executor = MigrationExecutor(connection)
        migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not migrated


def redis_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
