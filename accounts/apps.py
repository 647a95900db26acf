from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes

        from .corrections import TAKE_BACK_CHANGE
        from .manual import ADJUST_CHANGE, PRICE_CHANGE

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
