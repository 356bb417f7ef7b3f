from django.urls import path

from kalends.web.public.views import (
    appointments,
    details,
    holds,
    moves,
    offered,
    practitioners,
    services,
    texts,
    times,
    unwanted,
    waiting,
)

app_name = "public"
urlpatterns = [
    path("", services.choose, name="services"),
    path("services/<uuid:service>/", practitioners.choose, name="practitioners"),
    path("services/<uuid:service>/times/", times.choose, name="times"),
    path("services/<uuid:service>/waiting/", waiting.ask, name="waiting_ask"),
    path("holds/", holds.keep, name="holds"),
    path("holds/<uuid:hold>/", details.fill_in, name="details"),
    path("messages/<uuid:delivery>/<str:secret>/", unwanted.unwanted, name="unwanted"),
    path("n/<str:code>/", unwanted.short, name="unwanted_short"),
    path("your-data/", texts.your_data, name="your_data"),
    path("appointment/<str:token>/", appointments.show_one, name="appointment"),
    path("appointment/<str:token>/confirmation/", appointments.confirm, name="confirmation"),
    path("appointment/<str:token>/cancellation/", appointments.cancel, name="cancellation"),
    path("appointment/<str:token>/calendar.ics", appointments.calendar, name="calendar"),
    path("appointment/<str:token>/times/", moves.choose, name="new_times"),
    path("appointment/<str:token>/move/", moves.move, name="move"),
    path("appointment/<str:token>/earlier/", waiting.earlier, name="earlier"),
    path("waiting/<str:token>/", waiting.show_one, name="waiting"),
    path("waiting/<str:token>/leaving/", waiting.leave, name="waiting_leaving"),
    path("o/<str:code>/", offered.short, name="offer_short"),
    path("offer/<str:token>/", offered.show_one, name="offer"),
    path("offer/<str:token>/acceptance/", offered.accept, name="offer_acceptance"),
    path("offer/<str:token>/declining/", offered.decline, name="offer_declining"),
]
