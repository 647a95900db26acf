"""The web server's way in. Only here do the short database time limits of a page apply."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PROCESS_KIND"] = "web"

from config.handler import portal  # reads the two lines above

_portal = portal()

from django.conf import settings  # noqa: E402  (Django is ready only now)

from config.tempo import FairShare  # noqa: E402

application = FairShare(
    _portal, a_minute=settings.PAGES_A_MINUTE, calls_a_minute=settings.CALLS_A_MINUTE
)
