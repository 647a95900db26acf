from django.apps import AppConfig


class ClearingConfig(AppConfig):
    name = "clearing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes
        from record.staffing import register_menu

        from .menu import ENTRIES
        from .statements import CLEARING_PAYMENT_CHANGE

        for kind in (CLEARING_PAYMENT_CHANGE,):
            changes.register(kind)
        register_menu(*ENTRIES)
