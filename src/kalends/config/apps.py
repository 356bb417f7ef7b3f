from django.apps import AppConfig


class WholeConfig(AppConfig):
    """Last of all: when it is ready, the capabilities below are, and can be wired together."""

    name = "kalends.config"

    def ready(self) -> None:
        from kalends import wiring

        wiring.connect()
