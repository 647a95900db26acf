"""What the races share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.checks import ledger_problems
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
