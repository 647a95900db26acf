from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    name = "families"
    verbose_name = _("Family accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.models import Transfer
        from accounts.words import register_teller
        from members.about import register_about
        from record import changes
        from record.imports import register_roll
        from record.mailbox import register_inside
        from record.models import Role
        from record.staffing import Entry, Group, register_menu

        from . import inside
        from .checking.operations import OFFICERS
        from .departures import PAYOUT_CHANGE
        from .held import RELEASE_CHANGE
        from .imports.premium_results import ROLL
        from .reviving import UNDO_DEATH_CHANGE
        from .staff_changes import END_CHANGE, MOVE_CHANGE
        from .telling import about_binding, tell

        register_about("binding", about_binding)

        register_roll(ROLL)
        for kind in (PAYOUT_CHANGE, RELEASE_CHANGE, MOVE_CHANGE, END_CHANGE, UNDO_DEATH_CHANGE):
            changes.register(kind)
        register_inside(inside.BINDINGS, inside.about_binding)
        register_inside(inside.PREMIUMS, inside.about_premium)
        register_inside(inside.CHECKS, inside.about_check)
        register_menu(
            Entry(
                _("Premiums"),
                "families:desk_premiums",
                (Role.Kind.FINANCE_CLERK.value,),
                Group.MONEY,
            ),
            Entry(
                _("After-check of bindings"),
                "families:desk_checks",
                tuple(sorted(OFFICERS)),
                Group.CASES,
                order=40,
                under=(
                    "families:desk_check",
                    "families:desk_check_rules",
                    "families:desk_check_start",
                ),
            ),
        )
        register_teller(
            done=Transfer.Source.PREMIUM, undone=Transfer.Source.PREMIUM_UNDO, teller=tell
        )
