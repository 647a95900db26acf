from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from record import changes, papers
        from record.imports import register_roll
        from record.texts import register_filler

        from .back_dating import BACK_DATED_CHANGE
        from .imports.enrolments import ROLL
        from .linking import CODE_MESSAGE, opened_code
        from .queries import area_of_registration

        changes.register(BACK_DATED_CHANGE)
        register_roll(ROLL)
        papers.guard("registration", area_of_registration)
        register_filler(CODE_MESSAGE, opened_code)
