"""The web server's way in. Only here do the short database time limits of a page apply."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PROCESS_KIND"] = "web"

from config.handler import portal  # reads the two lines above

application = portal()
