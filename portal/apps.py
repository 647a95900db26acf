from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own site in the place of its default one."""

    default_site = "portal.admin_site.PortalAdminSite"
