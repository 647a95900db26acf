from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    name = "families"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes

        from .departures import PAYOUT_CHANGE

        changes.register(PAYOUT_CHANGE)
