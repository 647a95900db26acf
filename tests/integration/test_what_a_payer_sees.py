"""What an authorizer sees of a relative's bill: who, when and how much, and nothing else.

Every page and file of the members' rooms that needs no number in its address is fetched as the
payer, and searched for what the bill was about: a new page is searched by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from claims import operations as claims
from claims.bill import Bill
from claims.engine.facts import Line
from claims.models import Claim, Institution, InstitutionTerm
from record.models import Message
from tests.household import ACTOR, BEGINNING, HEFEI, Household, signed_in, standing

pytestmark = pytest.mark.django_db

ROOMS = {"portal", "accounts", "families", "claims", "members"}
#: What the bill was about. None of it may come to the payer's eyes.
SECRET = {
    "institution": "安和精神卫生中心",
    "institution's code": "H34010077777",
    "item": "帕罗西汀片",
    "number of the claim": "JS77777777",
    "number of the visit": "V88888888",
}
AMOUNT = Decimal("77.31")


@pytest.fixture(scope="module")
def home(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        clinic = Institution.objects.create(
            code=SECRET["institution's code"],
            name=SECRET["institution"],
            area=HEFEI,
            kind=Institution.Kind.HOSPITAL,
        )
        InstitutionTerm.objects.create(institution=clinic, begins_on=BEGINNING, level=3)
        settled = claims.settle(
            bill=Bill(
                number=SECRET["number of the claim"],
                institution=clinic,
                visit_number=SECRET["number of the visit"],
                bill_number="1",
                patient_id=household.person("mei").pk,
                category="account_only",
                service_date=household.today,
                lines=(Line(amount=AMOUNT, item_class="A", name=SECRET["item"]),),
            ),
            day=household.today,
            actor=ACTOR,
        )
        assert isinstance(settled, Claim), settled
        assert settled.shared_paid == AMOUNT, "lin's account paid all of it"
        yield household


def addresses() -> Iterator[str]:
    """Every address of the members' rooms that needs no number."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif isinstance(pattern, URLPattern) and namespace in ROOMS:
                try:
                    yield reverse(f"{namespace}:{pattern.name}")
                except NoReverseMatch:
                    continue

    yield from walk(get_resolver().url_patterns, "")


def body(client: Client, url: str, **given: str) -> str:
    answer: Any = client.get(url, given)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_no_page_and_no_file_tells_the_payer_what_it_was(home: Household) -> None:
    client = signed_in(home.users["lin"])
    seen = {url: body(client, url) for url in addresses() if url != "/institutions/"}
    assert len(seen) > 10
    assert "77.31" in seen[reverse("accounts:movements")]
    assert "替梅晓云付" in seen[reverse("accounts:movements")]
    for url, text in seen.items():
        for what, words in SECRET.items():
            assert words not in text, (url, what)


def test_the_file_of_movements_tells_no_more_than_the_page(home: Household) -> None:
    client = signed_in(home.users["lin"])
    text = body(client, reverse("accounts:file"))
    assert "77.31" in text
    assert home.person("mei").name in text
    for what, words in SECRET.items():
        assert words not in text, what


def test_the_patient_s_own_page_is_not_the_payer_s(home: Household) -> None:
    url = reverse("claims:detail", args=[SECRET["number of the claim"]])
    assert signed_in(home.users["lin"]).get(url).status_code == 404
    assert SECRET["institution"] in body(signed_in(home.users["mei"]), url)


def test_a_message_tells_the_payer_nothing_of_it(home: Household) -> None:
    client = signed_in(home.users["lin"])
    for message in Message.objects.filter(person=home.person("lin")):
        text = body(client, reverse("portal:message", args=[message.pk]))
        kept = str(message.data)
        for what, words in SECRET.items():
            assert words not in text + kept, (message.kind, what)


def test_a_payer_s_balance_is_shown_to_nobody_else(home: Household) -> None:
    lin = home.person("lin")
    balance = f"{sum((lin.account.current, lin.account.carried)):,.2f}"
    assert balance in body(signed_in(home.users["lin"]), "/account/")
    mei = signed_in(home.users["mei"])
    for url in addresses():
        assert balance not in body(mei, url), url
    for amount in ("1", "100", "100000"):
        assert balance not in body(mei, "/family/", who="me", amount=amount)
