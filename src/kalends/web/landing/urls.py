from django.urls import path

from kalends.web.landing.views import landing

urlpatterns = [path("", landing, name="landing")]
