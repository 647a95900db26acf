"""The configuration as a Django app, so that it is told when the apps are ready."""

from django.apps import AppConfig


class PortalConfiguration(AppConfig):
    """Makes the Celery app known in every process, so that `@shared_task` finds its broker."""

    name = "config"
    label = "configuration"

    def ready(self) -> None:
        import config.celery  # noqa: F401  (the import is what registers the app)
