from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class DeskConfig(AppConfig):
    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from members.queries import present_area_of
        from record import papers
        from record.changes import area_of_change
        from record.models import Role
        from record.staffing import Entry, Group, register_menu

        from .changes.proposing import CHANGE_PAPERS, DEATH_PAPERS
        from .changes.words import register_all

        papers.guard(CHANGE_PAPERS, area_of_change)
        papers.guard(DEATH_PAPERS, present_area_of)

        register_all()
        kinds = Role.Kind
        lookers = (kinds.CASE_OFFICER.value, kinds.REVIEWER.value, kinds.FINANCE_CLERK.value)
        register_menu(
            Entry(gettext_lazy("Today"), "desk:today", group=Group.BAR, order=0),
            Entry(
                gettext_lazy("People"),
                "desk:people",
                lookers,
                Group.BAR,
                order=1,
                under=("desk:person", "desk:person_purpose", "desk:propose"),
            ),
            Entry(
                gettext_lazy("Who looked"),
                "desk:looks",
                (kinds.ADMINISTRATOR.value,),
                Group.KEEPING,
            ),
            Entry(
                gettext_lazy("Changes"),
                "desk:changes",
                group=Group.BAR,
                order=2,
                under=("desk:change",),
            ),
        )
