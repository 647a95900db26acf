from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class DeskConfig(AppConfig):
    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record.staffing import Entry, Group, register_menu

        register_menu(
            Entry(title=gettext_lazy("Today"), view="desk:today", group=Group.BAR, order=0)
        )
