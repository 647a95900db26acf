from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = _("Watch and figures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record.staffing import Entry, Group, register_menu

        from .desk.figures import READERS
        from .watching import WATCHERS

        register_menu(
            Entry(
                title=_("Finds of the watch"),
                view="oversight:desk_watch",
                kinds=tuple(sorted(WATCHERS)),
                group=Group.WATCH,
                order=10,
                under=("oversight:desk_hit", "oversight:desk_watch_rules"),
            ),
            Entry(
                title=_("Figures and pictures"),
                view="oversight:desk_figures",
                kinds=READERS,
                group=Group.WATCH,
                order=20,
            ),
        )
