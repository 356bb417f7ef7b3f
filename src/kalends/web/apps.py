from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    name = "kalends.web"

    def ready(self) -> None:
        from kalends.web.staff.agenda.look import keep_looks

        user_logged_in.connect(keep_looks, dispatch_uid="agenda looks")
