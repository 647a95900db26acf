"""The desk's frame: who finds it, its menu, and what Today gathers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from desk import today
from record import staffing
from record.staffing import Alarm, Entry, Group, Job, Queue, Staff, for_staff
from tests.people import HEFEI, WUHU, staff

pytestmark = pytest.mark.django_db


def client_of(*roles: tuple[str, str], name: str = "zhou") -> Client:
    client = Client(headers={"accept-language": "en"})
    for kind, scope in roles:
        client.force_login(staff(name, kind, scope))
    return client


@for_staff("case_officer")
def page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Say for where it was opened."""
    return HttpResponse(",".join(sorted(staff.scopes)))


def asked(kind: str, method: str = "GET") -> HttpResponse:
    request = RequestFactory().generic(method, "/")
    request.user = staff("zhou", kind, HEFEI)
    answer = page(request)
    assert isinstance(answer, HttpResponse)
    return answer


def test_only_staff_find_the_desk(client: Client) -> None:
    assert client.get("/desk/")["Location"].startswith("/login/login/")
    zhou = staff("zhou", "case_officer", HEFEI)
    zhou.roles.update(begins_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    client.force_login(zhou)
    assert client.get("/desk/").status_code == 404


def test_a_page_opens_for_its_roles_and_for_where_they_hold() -> None:
    answer = asked("case_officer")
    assert answer.content == b"340100"
    assert "no-store" in answer["Cache-Control"]


def test_the_auditor_opens_every_page_and_posts_to_none() -> None:
    assert asked("auditor").status_code == 200
    with pytest.raises(PermissionDenied):
        asked("auditor", "POST")


def test_who_has_another_role_does_not_find_the_page() -> None:
    with pytest.raises(Http404):
        asked("finance_clerk")


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    class Room:
        @staticmethod
        def queues(staff: Staff) -> list[Queue]:
            return [
                Queue("Registrations", "/desk/a/", 3, staff.day),
                Queue("Papers", "/desk/b/", 0),
                Queue("Questions", "/desk/c/", 2, staff.day, late=1),
            ]

        @staticmethod
        def alarms(staff: Staff) -> list[Alarm]:
            return [Alarm("A rule expires"), Alarm("The chain is broken", is_grave=True)]

        @staticmethod
        def jobs(staff: Staff) -> list[Job]:
            return [Job("Crediting", "/desk/d/", 40, 100, "running")]

    monkeypatch.setattr(today, "_modules", lambda: iter([Room]))


def test_today_gathers_what_the_rooms_have(rooms: None) -> None:
    text = client_of(("case_officer", HEFEI)).get("/desk/").content.decode()
    assert "5 cases wait for you today" in text
    assert "1 case is past its clock" in text
    assert text.index("Questions") < text.index("Registrations") < text.index("Papers")
    assert text.index("The chain is broken") < text.index("A rule expires")
    assert "40 of 100 done" in text


def test_the_menu_shows_what_somebody_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    entries: dict[str, Any] = {
        "portal:me": Entry("Cases of mine", "portal:me", ("case_officer",)),
        "portal:home": Entry("Batches", "portal:home", ("finance_clerk",), Group.MONEY),
    }
    monkeypatch.setattr(staffing, "_MENU", entries)
    text = client_of(("case_officer", WUHU)).get("/desk/").content.decode()
    assert "Cases of mine" in text
    assert "Batches" not in text
    text = client_of(("auditor", "34"), name="gu").get("/desk/").content.decode()
    assert "Cases of mine" in text
    assert "Batches" in text
