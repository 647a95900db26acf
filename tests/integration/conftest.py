"""What the races share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.checks import ledger_problems
from tests.staffed import Staffed
from tests.together import Aftermath, deadlocks_so_far


@pytest.fixture
def aftermath(transactional_db: None) -> Iterator[Aftermath]:
    """After a race: PostgreSQL has ended nothing as a deadlock, and the ledger adds up."""
    before = deadlocks_so_far()
    aftermath = Aftermath()
    yield aftermath
    if aftermath.looked_at:
        assert ledger_problems() == []
        assert deadlocks_so_far() == before


@pytest.fixture(scope="module")
def staffed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Staffed]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Staffed()
        transaction.set_rollback(True)


@pytest.fixture
def boss(staffed: Staffed) -> Client:
    client = Client()
    client.force_login(staffed.boss)
    return client
