from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.imports.undoing import register_reliance
        from accounts.models import Transfer
        from accounts.words import register_teller
        from members.about import register_about
        from record.imports import register_roll
        from record.staffing import Entry, Group, register_menu

        from .imports.institutions import ROLL
        from .relying import settled_since
        from .telling import about_claim, tell

        register_about("claim", about_claim)

        register_reliance(settled_since)
        register_roll(ROLL)
        register_menu(
            Entry(
                title=_("Living elsewhere"),
                view="claims:desk_residence",
                kinds=("case_officer", "reviewer"),
                group=Group.CASES,
                order=10,
                under=("claims:desk_residence_case", "claims:desk_residence_several"),
            )
        )
        register_teller(done=Transfer.Source.CLAIM, undone=Transfer.Source.UNDO, teller=tell)
