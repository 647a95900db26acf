"""Settings for tools that read the code and reach no service: mypy's Django plugin."""

import os

PLACEHOLDERS = {
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgresql://nobody@localhost/none",
    "REDIS_URL": "redis://localhost/0",
    "ID_NUMBER_KEYS": f"none:{'A' * 43}=",
    "ID_NUMBER_INDEX_KEY": f"{'A' * 43}=",
    "AUDIT_ANCHOR_FILE": "/nowhere/audit-anchor",
}
for name, value in PLACEHOLDERS.items():
    os.environ.setdefault(name, value)

from config.settings import *  # noqa: E402, F403
