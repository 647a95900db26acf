from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "record"
    verbose_name = _("Audit, roles and changes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:

        from . import changes
        from .looks_report import REPORT, in_words
        from .mailbox import register_inside
        from .models import Role
        from .roles import ROLE_CHANGE
        from .staffing import Entry, Group, register_menu

        changes.register(ROLE_CHANGE)
        register_inside([REPORT], in_words)
        register_menu(
            Entry(
                _("Stuck messages"),
                "record:desk_messages",
                (Role.Kind.ADMINISTRATOR.value,),
                Group.KEEPING,
            )
        )
