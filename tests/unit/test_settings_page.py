"""docs/settings.md lists exactly what the settings read."""

from __future__ import annotations

import re

from config.settings import env
from launcher.places import ROOT
from launcher.testing import setting_names

# Read by the launcher before Django is there.
LAUNCHER_NAMES = {"DATABASE_OWNER_URL", "MUTUALAID_HOME"}


def test_the_page_names_every_setting_and_no_other() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", page, flags=re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == set(env.names) | LAUNCHER_NAMES


def test_the_launcher_knows_the_same_names() -> None:
    assert setting_names() == set(env.names)
