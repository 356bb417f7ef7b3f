"""All addresses, by audience. `/{organization}/` comes last: its slugs may not be any of the words above it."""

from django.urls import include, path

from kalends.web import access
from kalends.web.feeds.views import feed
from kalends.web.health.views import healthz, readyz
from kalends.web.ui.views import living_page

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("kalends.web.landing.urls")),
    path("app/", include("kalends.web.staff.urls")),
    path("accounts/", include("kalends.web.staff.sign_in.urls")),
    path("ui/", access.platform_only(living_page), name="ui"),
    path("outbox/", include("kalends.web.outbox.urls")),
    path("api/v1/webhooks/sms/", include("kalends.web.gateways.urls")),
    path("api/v1/webhooks/mail/", include("kalends.web.gateways.mail_urls")),
    path("api/", include("kalends.api.urls")),
    path("fhir/", include("kalends.api.fhir.urls")),
    path("feeds/<str:secret>.ics", feed, name="feed"),
    path("<slug:organization>/", include("kalends.web.public.urls")),
]
handler400 = "kalends.web.errors.bad_request"
handler403 = "kalends.web.errors.forbidden"
handler404 = "kalends.web.errors.not_found"
handler500 = "kalends.web.errors.fault"
