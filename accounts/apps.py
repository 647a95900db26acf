from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes

        from .corrections import TAKE_BACK_CHANGE
        from .manual import ADJUST_CHANGE, PRICE_CHANGE

        for kind in (TAKE_BACK_CHANGE, PRICE_CHANGE, ADJUST_CHANGE):
            changes.register(kind)
