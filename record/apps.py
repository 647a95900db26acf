from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import changes
        from .roles import ROLE_CHANGE

        changes.register(ROLE_CHANGE)
