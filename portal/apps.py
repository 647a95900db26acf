from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record.batches import BatchKind, register_batches
        from record.staffing import Entry, Group, register_menu

        from .roll_desk import SENDERS, recent_imports

        register_menu(
            Entry(
                title=gettext_lazy("Imports"),
                view="portal:desk_imports",
                kinds=SENDERS,
                group=Group.CASES,
                order=60,
                under=("portal:desk_roll_upload", "portal:desk_roll", "portal:desk_import_undo"),
            )
        )
        register_batches(
            BatchKind(
                title=gettext_lazy("Imports"),
                view="portal:desk_imports",
                recent=recent_imports,
                roles=frozenset(SENDERS),
            )
        )


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own site in the place of its default one."""

    default_site = "portal.admin_site.PortalAdminSite"
