"""Somebody signs up on a phone, says who they are, types the code, and sees their own account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from members.linking import CODE_MESSAGE, opened_code
from members.models import Person
from record.models import Message
from tests.household import PASSWORD, Household, build

from .test_member_pages import without_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home() -> Household:
    """The family; chen has never signed in."""
    household = build(timezone.localdate())
    Person.objects.filter(pk=household.person("chen").pk).update(user=None)
    return household


@pytest.fixture(params=[390, pytest.param(1280, marks=pytest.mark.long)])
def page(
    browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": request.param, "height": 844},
    )
    yield context.new_page()
    context.close()


def in_order(page: Page) -> None:
    without_sideways(page)
    assert Axe().run(page).response["violations"] == [], page.url


def sign_up(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="第一次来，先注册").click()
    in_order(page)
    page.fill("[name=username]", name)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您是哪一位？")


def say_who(page: Page, name: str, number: str) -> None:
    page.goto("/link/")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("身份证号").fill(number)
    page.get_by_role("button", name="发验证码给我").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")


def test_somebody_new_comes_to_their_own_account(page: Page, home: Household) -> None:
    sign_up(page, "chenli")
    in_order(page)
    say_who(page, home.person("chen").name, home.id_numbers["chen"])
    in_order(page)
    message = Message.objects.get(kind=CODE_MESSAGE)
    assert message.person_id == home.person("chen").pk
    right = opened_code(message.data)
    code = page.get_by_label("验证码")
    code.fill("000000" if right != "000000" else "111111")
    page.get_by_role("button", name="确认是我").click()
    expect(page.locator(".errsum")).to_be_focused()
    in_order(page)
    code.fill(right)
    page.get_by_role("button", name="确认是我").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈立")
    expect(page.locator(".purse")).to_be_visible()
    without_sideways(page)
    chen = Person.objects.get(pk=home.person("chen").pk)
    assert chen.user is not None
    assert chen.user.username == "chenli"


def test_a_wrong_name_and_a_doubled_person_read_the_same_page(page: Page, home: Household) -> None:
    sign_up(page, "xinren")
    texts = set()
    for name, number in (
        ("不是他", home.id_numbers["chen"]),
        (home.person("lin").name, home.id_numbers["lin"]),
        (home.person("wen").name, home.id_numbers["wen"]),
    ):
        say_who(page, name, number)
        texts.add(page.locator("main").inner_text())
    assert len(texts) == 1
    assert not Message.objects.filter(kind=CODE_MESSAGE, person__isnull=False).exists()
