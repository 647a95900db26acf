"""What one would take otherwise: a transfer of django-hordak, installed for this run alone.

It runs in a process of its own, with its own settings and its own database on the same server.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

_PROGRAM = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit
import django
from django.conf import settings

address, name, seconds, rounds = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
parts = urlsplit(address)
query = parse_qs(parts.query)
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "djmoney",
                    "hordak"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": name,
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": parts.port or query.get("port", [""])[0],
        "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": None,
    }},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True, SECRET_KEY="bench",
    DEFAULT_CURRENCY="CNY", CURRENCIES=["CNY"],
)
django.setup()
from django.core.management import call_command
from django.db import transaction
from hordak.models import Account
from moneyed import Money

call_command("migrate", verbosity=0)
fund = Account.objects.create(name="fund", code="1", type="AS", currencies=["CNY"])
people = [Account.objects.create(name=f"p{n}", code=f"{n:04}", type="AS", currencies=["CNY"])
          for n in range(100, 164)]

def work(place, end):
    done = 0
    while time.perf_counter() < end:
        with transaction.atomic():
            people[(place * 8 + done) % len(people)].transfer_to(fund, Money(1, "CNY"))
        done += 1
    return done

for _ in range(rounds):
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(lambda place: work(place, start + seconds), range(8)))
    print(done / (time.perf_counter() - start), flush=True)
"""


def hordak_rate(*, seconds: float, rounds: int) -> list[float]:
    """Return transfers a second, one figure a round; none where it cannot be installed."""
    with tempfile.TemporaryDirectory(prefix="mutualaid-hordak-") as folder:
        installed = subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "install", "-q"),
                *("--python", sys.executable, "--target", folder, "django-hordak>=2,<3"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode:
            return []
        name = f"bench_hordak_{os.getpid()}"
        _in_database(f'CREATE DATABASE "{name}"')
        try:
            environment = dict(os.environ, PYTHONPATH=folder)
            environment.pop("DJANGO_SETTINGS_MODULE", None)
            script = Path(folder) / "bench_hordak_run.py"
            script.write_text(_PROGRAM)
            done = subprocess.run(
                [
                    *(sys.executable, script, os.environ["DATABASE_URL"], name),
                    *(str(seconds), str(rounds)),
                ],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise SystemExit(f"django-hordak could not be measured:\n{done.stderr[-2000:]}")
            return [float(line) for line in done.stdout.split()]
        finally:
            _in_database(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _in_database(statement: str) -> None:
    """Run a statement that cannot stand in a transaction."""
    import psycopg  # noqa: PLC0415  (Django is set up by now)

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)
