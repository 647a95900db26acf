"""Staff sign in with a second factor, and sessions end: threats 53 and 52's part for staff."""

from __future__ import annotations

import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from members.models import User
from portal.demo import second_factor
from tests.people import HEFEI, staff

pytestmark = pytest.mark.django_db

PASSWORD = "shuang-xi-lin-men-9"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def zhou() -> User:
    user = staff("zhou", "case_officer", HEFEI)
    user.set_password(PASSWORD)
    user.is_staff = True
    user.save()
    Authenticator.objects.filter(user=user).delete()
    return user


def sign_in(client: Client, name: str = "zhou", **more: str) -> Any:
    return client.post("/login/login/", {"login": name, "password": PASSWORD, **more})


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


def test_staff_without_a_second_factor_are_led_to_set_one_up(zhou: User, client: Client) -> None:
    client.force_login(zhou)
    for page in ("/desk/", "/admin/"):
        answer = client.get(page, follow=True)
        assert answer.redirect_chain[-1][0] == "/login/2fa/", page
        assert "第二重验证" in answer.content.decode()


def test_the_password_alone_signs_no_staff_in(zhou: User, client: Client) -> None:
    TOTP.activate(zhou, SECRET)
    assert sign_in(client)["Location"] == "/login/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302
    assert client.post("/login/2fa/authenticate/", {"code": "000000"}).status_code == 400
    answer = client.post("/login/2fa/authenticate/", {"code": code_now()})
    assert answer["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_a_code_opens_once(zhou: User) -> None:
    TOTP.activate(zhou, SECRET)
    code = code_now()
    for opened in (True, False):
        client = Client()
        sign_in(client)
        client.post("/login/2fa/authenticate/", {"code": code})
        assert (client.get("/desk/").status_code == 200) is opened


def test_the_secret_is_kept_encrypted(zhou: User) -> None:
    TOTP.activate(zhou, SECRET)
    assert SECRET not in str(Authenticator.objects.get(user=zhou).data)


def test_the_demonstrations_code_is_shown_on_this_machine_alone(
    zhou: User, client: Client, settings: Any
) -> None:
    # allauth writes a user's id to base 36: an id that shows it.
    User.objects.filter(pk=zhou.pk).update(username="earlier")
    zhou = User(pk=1_234_567, username="zhou", is_staff=True)
    zhou.set_password(PASSWORD)
    zhou.save()
    staff("zhou", "case_officer", HEFEI)
    Authenticator.objects.filter(user=zhou).delete()
    second_factor.give_second_factors([zhou])
    sign_in(client)
    page = client.get("/login/2fa/authenticate/").content.decode()
    code = page.split("data-demo-code>")[1][:6]
    assert client.post("/login/2fa/authenticate/", {"code": code})["Location"] == "/desk/"
    settings.PUBLIC_URL = "https://portal.example.cn"
    assert second_factor.code_for(zhou.pk) == ""
    Authenticator.objects.all().delete()
    second_factor.give_second_factors([zhou])
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("name", "minutes", "stays"),
    [("zhou", 14, True), ("zhou", 16, False), ("mei", 29, True), ("mei", 31, False)],
)
def test_a_session_ends_after_idle_minutes(
    zhou: User, client: Client, name: str, minutes: int, stays: bool
) -> None:
    user = zhou if name == "zhou" else User.objects.create_user(name, password=PASSWORD)
    with time_machine.travel("2026-11-27T09:00:00+08:00", tick=False) as clock:
        client.force_login(user)
        client.get("/me/")
        clock.shift(minutes * 60)
        assert (client.get("/me/").status_code == 200) is stays


def test_a_page_that_keeps_itself_fresh_keeps_nobody_signed_in(zhou: User, client: Client) -> None:
    with time_machine.travel("2026-11-27T09:00:00+08:00", tick=False) as clock:
        client.force_login(zhou)
        client.get("/me/")
        for _ in range(16):
            clock.shift(60)
            answer = client.get("/me/", headers={"hx-request": "true"})
        assert answer.headers["HX-Redirect"] == "/login/login/"
        assert client.get("/me/").status_code == 302


def test_a_session_ends_after_eight_hours_whatever_happens(zhou: User, client: Client) -> None:
    with time_machine.travel("2026-11-27T09:00:00+08:00", tick=False) as clock:
        client.force_login(zhou)
        client.get("/me/")
        for _ in range(8 * 6):
            clock.shift(600)
            last = client.get("/me/").status_code
        assert last == 200
        clock.shift(600)
        assert client.get("/me/").status_code == 302


def old_cookie(client: Client) -> Client:
    """Another browser with the same cookie."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return thief


def test_signing_in_makes_a_new_key(client: Client) -> None:
    User.objects.create_user("mei", password=PASSWORD)
    client.post("/display/", {"theme": "dark"})
    client.get("/family/add/order/")
    session = client.session
    session["x"] = 1
    session.save()
    before = str(session.session_key)
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert sign_in(client, "mei").status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("how", ["logout", "password", "disabled", "password by another"])
def test_an_old_cookie_is_dead(how: str, client: Client) -> None:
    mei = User.objects.create_user("mei", password=PASSWORD)
    sign_in(client, "mei")
    thief = old_cookie(client)
    assert thief.get("/me/").status_code == 200
    match how:
        case "logout":
            client.post("/login/logout/")
        case "password":
            new = "ping-an-xi-le-88"
            client.post(
                "/login/password/change/",
                {"oldpassword": PASSWORD, "password1": new, "password2": new},
            )
        case "password by another":
            mei.set_password("ping-an-xi-le-88")
            mei.save()
        case "disabled":
            User.objects.update(is_active=False)
    assert thief.get("/me/").status_code == 302
