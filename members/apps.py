from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Persons and registers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes, papers
        from record.imports import register_roll
        from record.mailbox import register_leads
        from record.staffing import Entry, Group, register_menu
        from record.texts import register_filler

        from .about import register_about
        from .back_dating import BACK_DATED_CHANGE
        from .bank_accounts import PERSON_ACCOUNT_CHANGE
        from .imports.enrolments import ROLL
        from .linking import CODE_MESSAGE, opened_code
        from .queries import area_of_registration
        from .registration_words import about_registration, register_change_words
        from .ticket_queries import area_of_ticket
        from .tickets import OFFICERS, PAPERS

        changes.register(BACK_DATED_CHANGE)
        changes.register(PERSON_ACCOUNT_CHANGE)
        register_change_words()
        register_roll(ROLL)
        register_leads(
            {
                "ticket_answered": ("members:ticket", "ticket"),
                "ticket_passed": ("members:ticket", "ticket"),
                "ticket_closed": ("members:ticket", "ticket"),
                "ticket_escalated": ("members:desk_ticket", "ticket"),
            }
        )
        register_about("registration", about_registration)
        register_menu(
            Entry(
                title=_("Questions and objections"),
                view="members:desk_tickets",
                kinds=OFFICERS,
                group=Group.CASES,
                order=40,
                under=("members:desk_ticket", "members:desk_ticket_enter"),
            )
        )
        papers.guard("registration", area_of_registration)
        papers.guard(PAPERS, area_of_ticket)
        register_filler(CODE_MESSAGE, opened_code)
