"""Signing in and up: guessing is stopped early, nothing tells which names exist, sessions end."""

from __future__ import annotations

import re
from unittest import mock

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.test import Client

from record.models import AuditRecord
from tests.household import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/login/login/"


@pytest.fixture
def lin() -> None:
    get_user_model().objects.create_user("lin", password=PASSWORD, email="lin@example.org")


def visitor(address: str = "203.0.113.7") -> Client:
    return Client(headers={"accept-language": "zh-CN"}, REMOTE_ADDR=address)


def attempt(client: Client, name: str, password: str) -> int:
    return client.post(LOGIN, {"login": name, "password": password}).status_code


def test_of_many_guesses_ten_at_most_are_looked_at(lin: None, long: bool) -> None:
    with mock.patch.object(ModelBackend, "authenticate", return_value=None) as looked_at:
        for guess in range(1_000 if long else 40):
            attempt(visitor(f"203.0.113.{guess % 200}"), "lin", f"guess-{guess}")
    assert 1 <= looked_at.call_count <= 10


def test_one_address_cannot_try_many_names(lin: None) -> None:
    with mock.patch.object(ModelBackend, "authenticate", return_value=None) as looked_at:
        for guess in range(30):
            attempt(visitor(), f"name{guess}", "guess")
    assert 1 <= looked_at.call_count <= 10


def test_a_name_that_exists_is_answered_like_one_that_does_not(lin: None) -> None:
    pages = set()
    for name in ("lin", "nil"):
        answer = visitor().post(LOGIN, {"login": name, "password": "wrong-password-9"})
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        pages.add((answer.status_code, page))
    assert len(pages) == 1


def test_a_forgotten_password_is_answered_the_same_for_every_address(lin: None) -> None:
    pages = set()
    for address in ("lin@example.org", "nobody@example.org"):
        answer = visitor().post("/login/password/reset/", {"email": address}, follow=True)
        pages.add((answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode())))
    assert len(pages) == 1


def test_too_often_wears_the_same_clothes(lin: None) -> None:
    for _ in range(30):
        answer = visitor().post("/login/password/reset/", {"email": "a@example.org"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert "太频繁了" in answer.content.decode()
    assert "theme.css" in answer.content.decode()


def test_signing_in_changes_the_session_s_key_and_signing_out_ends_it(lin: None) -> None:
    client = visitor()
    client.get(LOGIN)
    client.post("/display/", {"view": "elder"})
    before = client.cookies["sessionid"].value if "sessionid" in client.cookies else ""
    assert attempt(client, "lin", PASSWORD) == 302
    inside = client.cookies["sessionid"].value
    assert inside != before
    assert client.get("/me/").status_code == 200
    client.post("/login/logout/")
    thief = visitor()
    thief.cookies["sessionid"] = inside
    assert thief.get("/me/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(lin: None) -> None:
    here, elsewhere = visitor(), visitor("203.0.113.8")
    for client in (here, elsewhere):
        assert attempt(client, "lin", PASSWORD) == 302
    here.post(
        "/login/password/change/",
        {"oldpassword": PASSWORD, "password1": "er-xi-lin-men-10", "password2": "er-xi-lin-men-10"},
    )
    assert elsewhere.get("/me/").status_code == 302


def test_one_device_is_signed_out_from_another_one_and_the_others_stay(lin: None) -> None:
    here, lost, third = visitor(), visitor("203.0.113.8"), visitor("203.0.113.9")
    for client in (here, lost, third):
        assert attempt(client, "lin", PASSWORD) == 302
        client.get("/me/")
    row = UserSession.objects.get(session_key=lost.cookies["sessionid"].value)
    address = f"/me/devices/{row.pk}/end/"
    assert address in here.get("/login/sessions/").content.decode()
    assert visitor().post(address).status_code == 302
    get_user_model().objects.create_user("chen", password=PASSWORD)
    stranger = visitor("203.0.113.10")
    assert attempt(stranger, "chen", PASSWORD) == 302
    assert stranger.post(address).status_code == 404
    assert lost.get("/me/").status_code == 200
    page = here.post(address, follow=True).content.decode()
    assert "那台设备已退出登录" in page
    assert address not in page
    assert lost.get("/me/").status_code == 302
    assert third.get("/me/").status_code == 200
    assert here.get("/me/").status_code == 200
    assert AuditRecord.objects.filter(verb="members.session_end").count() == 1


def test_signing_up_leads_on_to_who_one_is() -> None:
    client = visitor()
    form = {"username": "xinren", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/login/signup/", form, follow=True)
    assert answer.redirect_chain[-1][0] == "/link/"
    page = answer.content.decode()
    assert 'aria-current="step">我是谁' in page
    assert "您是哪一位" in page


@pytest.mark.parametrize("wished", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(lin: None, wished: str) -> None:
    form = {"login": "lin", "password": PASSWORD, "next": wished}
    answer = visitor().post(f"{LOGIN}?next={wished}", form)
    assert answer.status_code == 302
    assert answer["Location"] == "/home/"
