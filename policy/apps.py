from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "policy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes

        from .operations import FIGURE_CHANGE

        changes.register(FIGURE_CHANGE)
