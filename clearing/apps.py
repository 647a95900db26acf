from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClearingConfig(AppConfig):
    name = "clearing"
    verbose_name = _("Clearing and reconciliation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes
        from record.batches import register_batches
        from record.staffing import register_menu

        from . import change_words
        from .bankfiles import RELEASE_FILE_CHANGE
        from .batches import RECONCILIATION
        from .cases import CONCLUDE_CASE_CHANGE
        from .deductions import DEDUCT_CHANGE
        from .menu import ENTRIES
        from .payments import INSTITUTION_ACCOUNT_CHANGE, PAYMENT_ACCOUNT_CHANGE
        from .statements import CLEARING_PAYMENT_CHANGE

        for kind in (
            CLEARING_PAYMENT_CHANGE,
            CONCLUDE_CASE_CHANGE,
            DEDUCT_CHANGE,
            INSTITUTION_ACCOUNT_CHANGE,
            PAYMENT_ACCOUNT_CHANGE,
            RELEASE_FILE_CHANGE,
        ):
            changes.register(kind)
        change_words.register_all()
        register_batches(RECONCILIATION)
        register_menu(*ENTRIES)
