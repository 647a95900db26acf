from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import papers
        from record.texts import register_filler

        from .linking import CODE_MESSAGE, opened_code
        from .queries import area_of_registration

        papers.guard("registration", area_of_registration)
        register_filler(CODE_MESSAGE, opened_code)
