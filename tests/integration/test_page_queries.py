"""Every page of a member and of anybody asks the database at most twelve times."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.addresses import pages_of
from tests.household import Household, standing

pytestmark = pytest.mark.django_db

#: The session, the user and the page itself.
MOST = 12


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def queries(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]


@pytest.mark.parametrize("reader", ["mei", "lin", ""])
def test_no_page_asks_more_than_its_share(home: Household, reader: str) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    if reader:
        client.force_login(home.users[reader])
    asked = {url: queries(client, url) for url in pages_of(client)}
    assert {url: len(sql) for url, sql in asked.items() if len(sql) > MOST} == {}
