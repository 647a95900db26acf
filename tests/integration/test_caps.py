"""What a page may cost: lists have their size, words their length, and files their number."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from record.models import AuditRecord, Document
from record.quotas import QUOTAS
from tests.household import PASSWORD, Household, signed_in, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


@pytest.fixture
def mei(home: Household) -> Client:
    return signed_in(home.users["mei"])


LISTS = ("/care/", "/me/looks/", "/messages/", "/questions/", "/family/history/", "/institutions/")
PAGES = ("999999999999999999999", "-1", "0", "9" * 5000, "last", "1;DROP TABLE", "一", "")


@pytest.mark.parametrize("address", LISTS)
def test_no_number_of_a_page_and_no_size_asks_for_more(mei: Client, address: str) -> None:
    first = mei.get(address)
    assert first.status_code == 200
    for page in PAGES:
        answer = mei.get(address, {"page": page})
        assert answer.status_code == 200, page[:40]
    for name in ("size", "page_size", "limit", "per_page", "all"):
        asked = mei.get(address, {name: "1000000"})
        assert asked.context["page"].paginator.per_page == first.context["page"].paginator.per_page
        assert len(asked.context["page"]) == len(first.context["page"])


def test_words_longer_than_any_name_are_not_looked_for(
    mei: Client, django_assert_max_num_queries: Any
) -> None:
    assert mei.get("/institutions/", {"q": "院" * 60}).status_code == 200
    with django_assert_max_num_queries(4) as asked:
        assert mei.get("/institutions/", {"q": "院" * 61}).status_code == 400
    assert not any("institution" in query["sql"] for query in asked.captured_queries)


def test_a_bill_larger_than_any_is_not_worked_out(mei: Client) -> None:
    for bill in ("1000000.01", "9" * 400, "1e9"):
        answer = mei.get("/calculator/", {"area": "340100", "who": "active", "bill": bill})
        assert answer.status_code == 400, bill[:20]


def test_the_table_of_movements_has_its_number_an_hour(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(QUOTAS, "movements", 2)
    caches["default"].clear()
    lin = signed_in(home.users["lin"])
    answers = [lin.get("/account/movements.csv") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Content-Type"].startswith("text/html")
    assert 0 < int(answers[2]["Retry-After"]) <= 3600
    page = answers[2].content.decode()
    assert "这一小时您已经取了 2 份" in page
    assert "就又可以了" in page
    # Somebody else has their own.
    assert signed_in(home.users["mei"]).get("/account/movements.csv").status_code == 200


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/account/statement/", {}),
        ("/care/JS20260001/document/", {}),
        ("/me/copy/", {"form": "json"}),
        ("/me/copy/", {"form": "pdf"}),
    ],
)
def test_what_is_used_up_makes_nothing_and_says_when_there_is_more(
    home: Household, mei: Client, settings: Any, address: str, form: dict[str, str]
) -> None:
    settings.DOCUMENTS_A_DAY = settings.EXPORTS_A_DAY = 1
    mei.post("/login/reauthenticate/", {"password": PASSWORD})
    sent = {"year": str(home.today.year), **form}
    assert mei.post(address, sent).status_code == 200
    made = Document.objects.count(), AuditRecord.objects.count()
    refused = mei.post(address, sent)
    assert refused.status_code == 429
    assert refused["Content-Type"].startswith("text/html")
    assert 0 < int(refused["Retry-After"]) <= 24 * 3600
    assert "今天您已经取了 1 份，明天又可以取" in refused.content.decode()
    assert (Document.objects.count(), AuditRecord.objects.count()) == made
