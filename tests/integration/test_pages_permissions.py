"""Who may open which page of whom: a table of every URL of the members' rooms.

A URL that is not in the table fails. What is not yours is not found (404), never forbidden (403).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from families.models import Binding
from tests.household import Household, standing

pytestmark = pytest.mark.django_db

ROOMS = {"portal", "accounts", "families", "claims", "members"}

#: Who opens the pages; the claim is mei's, and the binding is lin's for mei.
ROLES = {
    "anonymous": "",
    "patient": "mei",
    "payer": "lin",
    "relative": "yu",
    "stranger": "chen",
    "officer": "zhou",
    "unlinked": "nobody",
}

LOGIN, LINK, HOME, ADD = "/login/login/", "/link/", "/home/", "/family/add/"

#: A page of one's own: signed in and linked. Whoever is not goes where they can become it.
OWN: dict[str, int | str] = {
    "anonymous": LOGIN, "patient": 200, "payer": 200, "relative": 200, "stranger": 200,
    "officer": LINK, "unlinked": LINK,
}  # fmt: skip
#: A page that only shows something on the way, and leads back to the beginning without it.
ON_THE_WAY = OWN | dict.fromkeys(["patient", "payer", "relative", "stranger"], ADD)
ANYBODY: dict[str, int | str] = dict.fromkeys(ROLES, 200)
NOT_LINKED = OWN | dict.fromkeys(["patient", "payer", "relative", "stranger"], HOME) | {
    "officer": 200, "unlinked": 200,
}  # fmt: skip


SIGNED_IN: dict[str, int | str] = ANYBODY | {"anonymous": LOGIN}
NOT_FOUND = OWN | dict.fromkeys(["patient", "payer", "relative", "stranger"], 404)
LINKED = ["patient", "payer", "relative", "stranger"]
#: A page about something of mei's alone.
MEIS: dict[str, int | str] = OWN | {"payer": 404, "relative": 404, "stranger": 404}
#: A registration that is not in force has no end to be chosen.
RESIDENCE = "detail"

#: View → role → what GET answers: a status, or where it leads.
TABLE: dict[str, dict[str, int | str]] = {
    "portal:start": ANYBODY,
    "portal:display": ANYBODY,
    "portal:calculator": ANYBODY,
    "portal:rules": ANYBODY,
    "portal:help": ANYBODY,
    "claims:institutions": ANYBODY,
    "portal:home": OWN,
    "portal:me": OWN | {"officer": 200, "unlinked": 200},
    "portal:verify": ANYBODY,
    "portal:messages": SIGNED_IN,
    # Whose message it is: tests/integration/test_pages_messages.py.
    "portal:message": dict.fromkeys(ROLES, 404) | {"anonymous": LOGIN},
    "portal:message_copies": SIGNED_IN,
    "accounts:movements": OWN,
    "accounts:file": OWN,
    "accounts:statement": dict.fromkeys(ROLES, 405),
    "accounts:interest": OWN,
    "families:family": OWN,
    "families:add": OWN,
    "families:add_order": ON_THE_WAY,
    "families:add_notice": ON_THE_WAY,
    "families:history": OWN,
    "families:staying_out": OWN,
    "families:premiums": OWN,
    "families:payment_code": OWN,
    "families:premium_pay": OWN,
    # Whose receipt it is: tests/integration/test_pages_premiums.py.
    "families:premium": NOT_FOUND,
    "families:premium_cancel": NOT_FOUND,
    "families:bound": OWN | {"relative": 404, "stranger": 404},
    "families:end": OWN | {"relative": 404, "stranger": 404},
    "claims:list": OWN,
    "claims:detail": MEIS,
    "claims:document": dict.fromkeys(ROLES, 405),
    "members:tickets": OWN,
    "members:ask": OWN,
    "members:ticket": MEIS,
    "members:ticket_close": dict.fromkeys(ROLES, 405),
    "members:link": NOT_LINKED,
    "members:code": NOT_LINKED,
    "members:residence": OWN,
    "members:residence_apply": OWN,
    "members:residence_papers": OWN | dict.fromkeys(LINKED, "/residence/apply/"),
    "members:residence_review": OWN | dict.fromkeys(LINKED, "/residence/apply/"),
    "members:residence_detail": MEIS,
    "members:residence_sent": MEIS,
    "members:residence_correct": MEIS,
    "members:residence_withdraw": MEIS,
    "members:residence_end": MEIS | {"patient": RESIDENCE},
    "members:residence_resume": dict.fromkeys(ROLES, 405) | {"anonymous": 405},
    "claims:bills": OWN,
    "claims:bill_new": OWN,
    "claims:bill_review": OWN | dict.fromkeys(LINKED, "/bills/new/"),
    "claims:bill": MEIS,
    "claims:bill_correct": MEIS,
    "claims:bill_withdraw": MEIS,
    "members:paper": OWN | {"payer": 404, "relative": 404, "stranger": 404},
    "members:eid": dict.fromkeys(ROLES, 405) | {"anonymous": LOGIN},
}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def views() -> Iterator[str]:
    """Every named view of the members' rooms, from the resolver."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif namespace in ROOMS and not str(pattern.name).startswith("desk_"):
                yield f"{namespace}:{pattern.name}"

    yield from walk(get_resolver().url_patterns, "")


def url_of(view: str, home: Household) -> str:
    mine: dict[str, list[Any]] = {
        "claims:detail": [home.claims["big"].number],
        "claims:document": [home.claims["big"].number],
        "members:ticket": [home.tickets["mei"].number],
        "members:ticket_close": [home.tickets["mei"].number],
        "families:bound": [home.bindings["lin-mei"].pk],
        "families:end": [home.bindings["lin-mei"].pk],
        "families:premium_pay": ["me", "large_amount"],
        "families:premium": [1],
        "families:premium_cancel": [1],
        "portal:message": [1],
        "members:paper": [home.papers["mei"].key],
        "claims:bill": [home.bills["mei"].pk],
        "claims:bill_correct": [home.bills["mei"].pk],
        "claims:bill_withdraw": [home.bills["mei"].pk],
    }
    if view.startswith("members:residence"):
        try:
            return reverse(view, args=[home.registrations["mei"].pk])
        except NoReverseMatch:
            return reverse(view)
    return reverse(view, args=mine.get(view, []))


def client_of(home: Household, role: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    if ROLES[role]:
        client.force_login(home.users[ROLES[role]])
    return client


def test_every_page_of_the_members_rooms_is_in_the_table() -> None:
    assert set(views()) == set(TABLE)


def test_each_role_gets_what_the_table_says(home: Household) -> None:
    for role in ROLES:
        client = client_of(home, role)
        for view, row in TABLE.items():
            answer = client.get(url_of(view, home))
            got = answer["Location"].split("?")[0] if answer.status_code == 302 else None
            wanted = row[role]
            if wanted == RESIDENCE:
                wanted = reverse("members:residence_detail", args=[home.registrations["mei"].pk])
            assert (got or answer.status_code) == wanted, (view, role)


def test_nobody_posts_where_a_page_only_shows(home: Household) -> None:
    writing = {
        "accounts:statement", "claims:document", "members:ask", "members:ticket",
        "members:ticket_close",
        "portal:display", "portal:verify", "families:add", "families:add_notice",
        "portal:messages", "portal:message_copies", "families:end", "families:staying_out",
        "families:premium_pay", "families:premium_cancel",
        "members:link", "members:code", "members:eid",
        "members:residence_apply", "members:residence_papers", "members:residence_review",
        "members:residence_correct", "members:residence_withdraw", "members:residence_end",
        "members:residence_resume",
        "claims:bill_new", "claims:bill_review", "claims:bill_correct", "claims:bill_withdraw",
    }  # fmt: skip
    client = client_of(home, "patient")
    for view in set(TABLE) - writing:
        assert client.post(url_of(view, home)).status_code == 405, view


def test_a_stranger_cannot_end_a_binding(home: Household) -> None:
    binding = home.bindings["lin-mei"]
    for role in ("stranger", "relative", "officer", "anonymous"):
        client_of(home, role).post(reverse("families:end", args=[binding.pk]))
    assert Binding.objects.get(pk=binding.pk).ended_on is None


def test_every_post_needs_its_token(home: Household) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(home.users["mei"])
    for view in (
        "families:add",
        "families:add_notice",
        "families:end",
        "families:staying_out",
        "members:link",
    ):
        assert strict.post(url_of(view, home)).status_code == 403, view


def test_own_pages_are_kept_in_no_cache(home: Household) -> None:
    client = client_of(home, "patient")
    for view, row in TABLE.items():
        if row is OWN:
            assert "no-store" in client.get(url_of(view, home))["Cache-Control"], view
