from django.urls import path

from kalends.web.gateways import mail

app_name = "mail_gateways"
urlpatterns = [path("", mail.events, name="events")]
