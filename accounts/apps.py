from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts and the ledger")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from members.about import register_about
        from policy.touching import register_touch
        from record import changes
        from record.imports import register_roll
        from record.staffing import Entry, Group, register_menu

        from .corrections import TAKE_BACK_CHANGE
        from .imports.contributions import ROLL
        from .manual import ADJUST_CHANGE, PRICE_CHANGE
        from .preparing import POSTERS
        from .unpriced import touched
        from .words import about_movement

        register_roll(ROLL)
        register_touch(touched)
        register_about("movement", about_movement)

        register_menu(
            Entry(
                title=_("Runs"),
                view="accounts:desk_runs",
                kinds=tuple(sorted(POSTERS)),
                group=Group.MONEY,
                order=10,
                under=(
                    "accounts:desk_run",
                    "accounts:desk_run_start",
                    "accounts:desk_run_stop",
                    "accounts:desk_run_skipped",
                ),
            )
        )
        for kind in (TAKE_BACK_CHANGE, PRICE_CHANGE, ADJUST_CHANGE):
            changes.register(kind)
        post_migrate.connect(leave_room_for_balances, sender=self)


def leave_room_for_balances(*, using: str, **_: Any) -> None:
    """Let a page of accounts keep half its room free, so that a new balance stays on its page.

    Else every credit would write each index of the account again.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if "accounts_ledgeraccount" in connection.introspection.table_names(cursor):
            cursor.execute("ALTER TABLE accounts_ledgeraccount SET (fillfactor = 45)")
