from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

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
