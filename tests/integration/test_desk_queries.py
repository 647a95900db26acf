"""Today and the lists of the desk ask a fixed number of queries, however long they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from record.models import Role
from tests.people import staff
from tests.staffed import Staffed

pytestmark = pytest.mark.django_db

#: All who see a form; the auditor reads the same lists.
KINDS = tuple(kind for kind in Role.Kind.values if kind != Role.Kind.AUDITOR)
#: Session, user, second factor and roles are four of each. Today asks every room.
BUDGETS = {
    "/desk/": 60,
    "/desk/changes/": 12,
    "/desk/residence/": 12,
    "/desk/bills/": 12,
    "/desk/questions/": 12,
    "/desk/watch/": 12,
    "/desk/binding-checks/": 12,
    "/desk/binding-checks/?state=closed": 12,
    "/desk/binding-checks/rules/": 12,
    "/desk/imports/": 12,
    "/desk/runs/": 16,
    "/desk/premiums/": 16,
    "/desk/policy/": 16,
    "/desk/policy/figures/": 16,
    "/desk/looks/": 12,
    "/desk/messages/": 12,
    "/desk/figures/": 16,
}


@pytest.fixture(autouse=True)
def _at_home(staffed: Staffed) -> None:
    """Fifty rows of everything."""


@pytest.fixture
def desk() -> Client:
    for kind in KINDS:
        user = staff("everybody", kind, "34")
    client = Client()
    client.force_login(user)
    client.get("/desk/")  # The first page of a session notes where it is.
    return client


@pytest.mark.parametrize("url", BUDGETS)
def test_a_page_of_the_desk_asks_no_more_than_its_share(desk: Client, url: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = desk.get(url)
    assert answer.status_code == 200
    assert len(asked) <= BUDGETS[url], [query["sql"][:140] for query in asked]
