from django.urls import path

from kalends.web.gateways import views

app_name = "gateways"
urlpatterns = [
    path("receipts/<uuid:delivery>/<str:secret>/", views.receipt, name="receipt"),
    path("signed-receipts/<uuid:delivery>/<str:secret>/", views.signed_receipt, name="signed_receipt"),
    path("signed-replies/", views.signed_reply, name="signed_reply"),
    path("replies/<str:secret>/", views.reply, name="reply"),
]
