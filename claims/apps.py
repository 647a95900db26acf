from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.models import Transfer
        from accounts.words import register_teller

        from .telling import tell

        register_teller(done=Transfer.Source.CLAIM, undone=Transfer.Source.UNDO, teller=tell)
