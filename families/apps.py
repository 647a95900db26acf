from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    name = "families"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.models import Transfer
        from accounts.words import register_teller
        from record import changes

        from .departures import PAYOUT_CHANGE
        from .held import RELEASE_CHANGE
        from .telling import tell

        for kind in (PAYOUT_CHANGE, RELEASE_CHANGE):
            changes.register(kind)
        register_teller(
            done=Transfer.Source.PREMIUM, undone=Transfer.Source.PREMIUM_UNDO, teller=tell
        )
