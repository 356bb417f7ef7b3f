from django.apps import AppConfig


class WholeConfig(AppConfig):
    """Last of all: when it is ready, the capabilities below are, and can be wired together."""

    name = "kalends.config"
    default = True

    def ready(self) -> None:
        from kalends import wiring

        wiring.connect()


class ComponentsConfig(AppConfig):
    """django-cotton as its own `SimpleAppConfig` sets it up, whose module loads Django's admin into every process."""

    name = "django_cotton"

    def ready(self) -> None:
        from django_cotton.nested_tag_support import enable_nested_tag_support

        enable_nested_tag_support()
