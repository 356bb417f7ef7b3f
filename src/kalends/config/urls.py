"""All addresses, by audience. `/{organization}/` comes last: its slugs may not be any of the words above it."""

from django.urls import path

from kalends.web.health.views import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
]
handler400 = "kalends.web.errors.bad_request"
handler403 = "kalends.web.errors.forbidden"
handler404 = "kalends.web.errors.not_found"
handler500 = "kalends.web.errors.fault"
