"""A member on a phone objects to a bill and reads the answer; has a statement checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from members import tickets
from members.models import Ticket
from record.models import Document
from tests.household import ACTOR, PASSWORD, Household, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home() -> Household:
    return build(timezone.localdate())


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 390, "height": 844},
        accept_downloads=True,
    )
    yield context.new_page()
    context.close()


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .btn-primary").click()


def test_a_member_objects_to_a_bill_and_reads_the_answer(page: Page, home: Household) -> None:
    sign_in(page, "mei")
    page.goto(f"/care/{home.claims['big'].number}/")
    expect(page.locator(".reckon > li").last).to_contain_text("账户按顺序付")
    page.get_by_role("link", name="提疑问或异议").click()
    page.get_by_label("异议：觉得有不对的地方").check()
    page.locator("textarea").fill("起付线算错了")
    page.locator("main .btn-primary").click()
    expect(page.locator(".messages")).to_contain_text("已收到")
    url = page.url
    asked = Ticket.objects.get(kind="objection")
    # The staff's side, by the operation that the desk's page calls.
    tickets.answer(ticket_id=asked.pk, text="没有算错。", day=home.today, actor=ACTOR)
    page.goto("/home/")
    page.get_by_role("link", name=re.compile("您的异议有答复了")).click()
    assert page.url == url
    expect(page.locator(".said--answer")).to_have_text(re.compile("没有算错"))
    page.get_by_role("button", name="已经清楚，可以结束").click()
    expect(page.locator("main")).to_contain_text("这件已经办结")


def test_a_statement_from_a_phone_is_genuine_and_a_changed_one_is_not(
    page: Page, home: Household, tmp_path: Path
) -> None:
    sign_in(page, "lin")
    page.goto("/account/")
    with page.expect_download() as caught:
        page.get_by_role("button", name=re.compile("对账单")).click()
    file = tmp_path / "statement.pdf"
    caught.value.save_as(file)
    document = Document.objects.get()
    page.goto("/verify/")
    page.get_by_label("文件编号").fill(document.number)
    page.get_by_label("校验码").fill(document.check_code.lower())
    page.get_by_role("button", name="查一查").click()
    expect(page.locator("[role=status]").first).to_contain_text("是真的")
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(file.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    for path, words in ((file, "是真的"), (changed, "不是本系统开出的")):
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("button", name="比对文件").click()
        expect(page.locator("[role=status]").first).to_contain_text(words)
