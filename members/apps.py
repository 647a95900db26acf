from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record.texts import register_filler

        from .linking import CODE_MESSAGE, opened_code

        register_filler(CODE_MESSAGE, opened_code)
