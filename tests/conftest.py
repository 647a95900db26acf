"""What every test can use: the longer shares, the application's role, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import translation

from config.environment import celery_broker

# Playwright runs an event loop in the thread of the test, and Django would refuse the database
# there although nothing of it is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the longer shares too (minutes)")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # Argon2 takes its time on purpose, and the tests sign in hundreds of times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    _own_redis(settings)


def _own_redis(settings: Any) -> None:
    """Give each of the processes that share the suite a Redis database of its own to clear."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        return
    address = settings.REDIS_URL.partition("?")[0]
    number = 1 + int(worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = settings.REDIS_URL = f"{address}?db={number}"
    for cache in settings.CACHES.values():
        cache["LOCATION"] = settings.REDIS_URL
    settings.CELERY_BROKER_URL = celery_broker(settings.REDIS_URL)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="takes minutes; give --long"))


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """True where the longer share of a test is wanted: more steps, more rounds, more examples."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, with the rights of the application's role as an installation has them."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("grant_roles", verbosity=0)


@pytest.fixture(autouse=True)
def _in_the_portals_language() -> None:
    """No test speaks the language that a request of the one before it was answered in."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test meets what another one has used up, or the ids of accounts that are gone."""
    marked = request.node.get_closest_marker("django_db") is not None
    if marked or {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        from django.core.cache import cache

        from accounts.ledger import forget_account_ids

        cache.clear()
        forget_account_ids()
        yield
        # After it too: what a module builds for itself is built before any of its tests.
        forget_account_ids()
    else:
        yield


@pytest.fixture
def app_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection to the test database as the application's role, which owns nothing.

    The test's data must be committed for it, hence the transactional database.
    """
    from django.conf import settings
    from django.db import connection

    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        dbname=database["NAME"],
        user=settings.DATABASE_APP_ROLE,
    ) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the system's Chromium; without one the journeys are skipped.

    `REQUIRE_BROWSER=1` makes that a failure, so that the build cannot pass without them.
    """
    if not CHROMIUM.exists():
        reason = f"There is no {CHROMIUM}; install the package chromium for the journeys."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return {"executable_path": str(CHROMIUM), "args": CHROMIUM_FLAGS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A phone held by a member: Chinese, Shanghai's clock, the width the design starts from."""
    return {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 390, "height": 844},
    }
