"""A member on a phone and at a desk: signs in, sees the money, a claim, the family; axe looks."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.household import PASSWORD, Household, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (390, 1280)
PAGES = {
    "home": "/home/",
    "account": "/account/",
    "family": "/family/",
    "add": "/family/add/",
    "care": "/care/",
    "claim": "/care/JS20260001/",
    "me": "/me/",
}
#: What anybody can open.
OPEN = (
    "/",
    "/calculator/?area=340100&who=retired&bill=862.40&account=210",
    "/rules/?area=340100&other=321000",
    "/institutions/",
    "/help/",
    "/verify/",
    "/display/",
)


@pytest.fixture
def home() -> Household:
    return build(timezone.localdate())


@pytest.fixture
def width() -> int:
    return 390


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .btn-primary").click()
    page.goto("/home/")


def without_sideways(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], page.url  # type: ignore[index]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_member_finds_balance_claim_and_family(
    context: BrowserContext, home: Household, width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, "mei")
    expect(page.get_by_role("heading", level=1)).to_contain_text("梅晓云")
    expect(page.locator(".purse")).to_contain_text("0.00")
    without_sideways(page)
    nav = "底部导航" if width < 900 else "主导航"
    tabs = page.locator(".tabbar" if width < 900 else ".topnav")
    assert tabs.is_visible(), nav
    tabs.get_by_text("账户").click()
    expect(page.locator(".ledger__month").first).to_be_visible()
    without_sideways(page)
    tabs.get_by_text("就医").click()
    page.locator('a[href$="/care/JS20260001/"]').click()
    expect(page.locator(".receipt")).to_contain_text("2,600.00")
    expect(page.locator(".reckon > li")).to_have_count(6)
    page.get_by_text("这一步我们是这样理解的").first.click()
    expect(page.get_by_text("文件没有写明").first).to_be_visible()
    without_sideways(page)
    tabs.get_by_text("家庭").click()
    expect(page.locator(".seats .seat")).to_have_count(7)
    without_sideways(page)


def test_a_member_binds_and_unbinds_a_child(context: BrowserContext, home: Household) -> None:
    page = context.new_page()
    sign_in(page, "lin")
    page.goto("/family/")
    page.get_by_role("link", name="绑定一位家人").first.click()
    page.get_by_label("儿子或女儿").check()
    page.get_by_label("姓名").fill("林宝儿")
    page.get_by_label("身份证号").fill(home.id_numbers["bao"])
    page.locator("main .btn-primary").click()
    page.locator("main .btn-primary").click()
    page.get_by_label("我已看完").check()
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的账户可以替林宝儿付款了")
    page.locator("main .btn-primary").click()
    page.get_by_role("link", name=re.compile("解绑 林宝儿")).click()
    page.get_by_role("button", name="确定解绑").click()
    expect(page.locator(".messages")).to_contain_text("办好了")


def test_everything_works_without_a_script(
    browser: Browser, live_server: LiveServer, home: Household
) -> None:
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    )  # fmt: skip
    page = context.new_page()
    sign_in(page, "mei")
    for url in PAGES.values():
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
    page.goto("/care/JS20260001/")
    page.locator("details summary").first.click()
    expect(page.locator("details > div").first).to_be_visible()
    page.goto(f"/family/{home.bindings['mei-lin'].pk}/end/")
    page.get_by_role("button", name="确定解绑").click()
    expect(page).to_have_url(re.compile("/family/$"))
    context.close()


def test_the_pages_for_anybody_work_without_a_script(
    browser: Browser, live_server: LiveServer, home: Household
) -> None:
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    )  # fmt: skip
    page = context.new_page()
    for url in OPEN:
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
    page.goto("/")
    page.get_by_label("这次花费").fill("862.40")
    page.get_by_role("button", name="算一算").click()
    expect(page.locator("#answer")).to_contain_text("862.40")
    page.locator("#steps details:has(.reckon) > summary").last.click()
    expect(page.locator("#steps .reckon").last).to_be_visible()
    page.goto("/institutions/")
    page.get_by_label("名称或地址").fill("luyang")
    page.locator("main form .btn-primary").click()
    expect(page.locator("main")).to_contain_text("庐阳第二人民医院")
    page.get_by_role("button", name="长辈版").first.click()
    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    context.close()


def test_the_pages_speak_english(context: BrowserContext, home: Household) -> None:
    page = context.new_page()
    sign_in(page, "mei")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for url in PAGES.values():
        page.goto(url)
        without_sideways(page)
    page.goto("/care/JS20260001/")
    expect(page.locator(".reckon")).to_contain_text("Up to the deductible it is yours to pay")


def test_the_large_view_stays_large(context: BrowserContext, home: Household) -> None:
    page = context.new_page()
    sign_in(page, "mei")
    page.get_by_role("button", name="长辈版").first.click()
    for url in PAGES.values():
        page.goto(url)
        expect(page.locator("html")).to_have_attribute("data-view", "elder")
        without_sideways(page)
        small = page.evaluate(
            """() => [...document.querySelectorAll('main *, .tabbar *')].filter(
                (e) => e.childNodes.length && [...e.childNodes].some(
                    (n) => n.nodeType === 3 && n.textContent.trim())
                && !e.closest('svg, .visually-hidden, .stepper li:not([aria-current])')
                && e.getClientRects().length
                && parseFloat(getComputedStyle(e).fontSize) < 23.9
            ).map((e) => e.outerHTML.slice(0, 120))"""
        )
        assert small == [], url


def test_the_linking_pages_are_in_order_for_axe(context: BrowserContext, home: Household) -> None:
    page = context.new_page()
    sign_in(page, "nobody")
    expect(page).to_have_url(re.compile("/link/$"))
    for url in ("/link/", "/link/code/"):
        page.goto(url)
        without_sideways(page)
        assert Axe().run(page).response["violations"] == []
    page.goto("/link/")
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("身份证号").fill("123")
    page.locator("main .btn-primary").first.click()
    expect(page.locator(".errsum")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
