from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kalends.accounts"

    def ready(self) -> None:
        from kalends.accounts import passkeys

        passkeys.put_off()
