from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Institutions and settlements")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.imports.undoing import register_reliance
        from accounts.models import Transfer
        from accounts.words import register_teller
        from members.about import register_about
        from record import changes, papers
        from record.imports import register_roll
        from record.staffing import Entry, Group, register_menu

        from . import bill_words
        from .imports.institutions import ROLL
        from .paper_bills import LARGE_BILL_CHANGE, PAPERS, area_of_bill
        from .relying import settled_since
        from .telling import about_claim, tell

        register_about("claim", about_claim)

        register_reliance(settled_since)
        register_roll(ROLL)
        changes.register(LARGE_BILL_CHANGE)
        bill_words.register()
        papers.guard(PAPERS, area_of_bill)
        register_menu(
            Entry(
                title=_("Paper bills"),
                view="claims:desk_bills",
                kinds=("case_officer", "reviewer"),
                group=Group.CASES,
                order=20,
                under=("claims:desk_bill", "claims:desk_bill_enter"),
            ),
            Entry(
                title=_("Living elsewhere"),
                view="claims:desk_residence",
                kinds=("case_officer", "reviewer"),
                group=Group.CASES,
                order=10,
                under=("claims:desk_residence_case", "claims:desk_residence_several"),
            ),
        )
        register_teller(done=Transfer.Source.CLAIM, undone=Transfer.Source.UNDO, teller=tell)
