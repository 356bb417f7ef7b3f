"""What the machine gives: a Django view with nothing around it, asked as Kalends is asked, in the same run.

One table under an exclusion constraint. POST books a time through the ORM, GET answers the free half-hours of thirty
days. No tenants, contacts, history, audit, mail, notice, buffers: the figure that ours are divided by.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from kalends.config.environment import database_settings

HALF_HOUR = timedelta(minutes=30)

DATABASE = {
    **database_settings(os.environ["DATABASE_URL"]),
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": None,
}
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # says how long an answer is
    DATABASES={"default": DATABASE},
)
application = get_wsgi_application()

from django.db import IntegrityError, models, transaction  # noqa: E402 - models want settings first


class Visit(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    schedule = models.IntegerField()
    name = models.TextField()
    email = models.TextField()
    phone = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "bare", "bare_visit", False


def visits(request: HttpRequest) -> JsonResponse:
    if request.method == "POST":
        sent = json.loads(request.body)
        starts_at = datetime.fromisoformat(sent.pop("start"))
        try:
            with transaction.atomic():
                made = Visit.objects.create(**sent, starts_at=starts_at, ends_at=starts_at + HALF_HOUR)
        except IntegrityError:
            return JsonResponse({"code": "slot_taken"}, status=409)
        return JsonResponse({"id": str(made.id), "start": starts_at.isoformat()}, status=201)
    first = datetime.fromisoformat(request.GET["from"]).replace(tzinfo=UTC)
    taken = Visit.objects.filter(schedule=1, starts_at__gte=first, starts_at__lt=first + timedelta(days=30))
    busy = set(taken.values_list("starts_at", flat=True))
    starts = (
        first + timedelta(days=day, minutes=30 * n) for day in range(30) for n in (*range(18, 24), *range(26, 34))
    )
    free = [
        {"start": s.isoformat(), "end": (s + HALF_HOUR).isoformat(), "schedule": 1} for s in starts if s not in busy
    ]
    return JsonResponse({"slots": free})


urlpatterns = [path("visits", visits)]
