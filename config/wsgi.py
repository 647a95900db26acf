"""The web server's way in. Only here do the short database time limits of a page apply."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PROCESS_KIND"] = "web"

from django.core.wsgi import get_wsgi_application  # reads the two lines above

application = get_wsgi_application()
