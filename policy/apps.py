from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "policy"
    verbose_name = _("Rules and figures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes
        from record.forms import name_scopes_with
        from record.staffing import Entry, Group, register_menu

        from .looking import scope_choices
        from .operations import FIGURE_CHANGE
        from .touching import register_touch
        from .waiting import touched

        register_touch(touched)
        name_scopes_with(scope_choices)
        changes.register(FIGURE_CHANGE)
        register_menu(
            Entry(
                title=_("Rules of the areas"),
                view="policy:desk_rules",
                group=Group.RULES,
                order=10,
                under=("policy:desk_compare", "policy:desk_assumptions"),
            ),
            Entry(
                title=_("Figures entered"),
                view="policy:desk_figures",
                group=Group.RULES,
                order=20,
                under=("policy:desk_propose",),
            ),
        )
