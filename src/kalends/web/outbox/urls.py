from django.urls import path

from kalends.web.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.outbox, name="list"),
    path("clock/", views.trust_clock, name="trust_clock"),
    path("platform/<int:mail>/", views.platform, name="platform"),
    path("platform/<int:mail>/letter/", views.platform_letter, name="platform_letter"),
    path("<slug:organization>/<uuid:delivery>/", views.delivery, name="delivery"),
    path("<slug:organization>/<uuid:delivery>/letter/", views.letter, name="letter"),
    path("<slug:organization>/<uuid:delivery>/appointment.ics", views.calendar, name="calendar"),
    path("<slug:organization>/<uuid:delivery>/pages.pdf", views.pages, name="pages"),
    path("<slug:organization>/<uuid:delivery>/again/", views.again, name="again"),
]
