from django.urls import path

from kalends.web.gateways import views

app_name = "gateways"
urlpatterns = [
    path("receipts/<uuid:delivery>/<str:secret>/", views.receipt, name="receipt"),
    path("replies/<str:secret>/", views.reply, name="reply"),
]
