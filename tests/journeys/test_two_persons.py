"""Two persons at the desk: a payout that one of them is refused; a binding that is found false."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from families.models import Payout
from members.models import User
from record.models import Role
from tests.checked import drawn
from tests.journeys.at_the_desk import come_in, in_order
from tests.people import HEFEI, balance, enrol_one, give_money

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(browser: Browser, live_server: LiveServer) -> Iterator[tuple[BrowserContext, ...]]:
    opened = tuple(
        browser.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 1280, "height": 844},
        )
        for _ in range(2)
    )
    yield opened
    for context in opened:
        context.close()


def test_a_payout_takes_two_persons_and_is_refused_for_one(
    two: tuple[BrowserContext, ...], live_server: LiveServer
) -> None:
    today = timezone.localdate()
    lin = enrol_one("林志远")
    give_money({lin: "1000.00"}, month=today.replace(day=1), day=today)
    zhou = come_in(two[0], live_server, "zhou", Role.Kind.CASE_OFFICER, HEFEI)
    zhou.goto("/desk/people/")
    zhou.fill("[name=q]", "linzhiyuan")
    zhou.get_by_role("button", name="搜索").click()
    in_order(zhou)
    zhou.locator("#hits").get_by_role("link", name="林志远").click()
    zhou.locator("[name=why][value=counter]").check()
    zhou.locator("main form .btn-primary").click()
    expect(zhou.locator("#account")).to_contain_text("1,000.00")
    zhou.goto(f"/desk/people/{lin.number}/propose/death/")
    zhou.fill("[name=died_on]", today.isoformat())
    zhou.fill("[name=reason]", "死亡证明第 7 号")
    zhou.locator("main form .btn-outline-danger").click()
    expect(zhou.locator("main")).to_contain_text("账户已冻结")
    zhou.locator("#proposals").get_by_role("link").first.click()
    zhou.locator("[name=why][value=death]").check()
    for number, (name, share) in enumerate((("何梅", "60"), ("何松", "30")), start=1):
        if number > 1:
            zhou.locator("details", has=zhou.locator(f"[name=name_{number}]")).locator(
                "summary"
            ).click()
        zhou.fill(f"[name=name_{number}]", name)
        zhou.fill(f"[name=account_{number}]", "6222020200112230103")
        zhou.fill(f"[name=share_{number}]", share)
    zhou.fill("[name=reason]", "死亡证明第 7 号，公证书")
    zhou.locator("main form .btn-primary").click()
    # 60% and 30% are not the whole: the page says so, and nothing is lost.
    expect(zhou.locator(".errsum")).to_contain_text("90")
    in_order(zhou)
    zhou.fill("[name=share_2]", "40")
    zhou.locator("main form .btn-primary").click()
    expect(zhou.locator("#course [aria-current=step]")).to_be_visible()
    address = zhou.url
    assert zhou.locator("button[value=approve]").count() == 0
    assert balance(lin) == 1000
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        # Refused for one, although she is a reviewer as well by now.
        again = come_in(two[0], live_server, "zhou", Role.Kind.REVIEWER, HEFEI)
        again.goto(address)
        assert again.locator("button[value=approve]").count() == 0
        token = again.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
        again.evaluate(
            """([url, token]) => fetch(url, {method: 'POST', body: new URLSearchParams(
                {csrfmiddlewaretoken: token, verb: 'approve', note: ''})})""",
            [f"{address}decide/", token],
        )
        assert balance(lin) == 1000
        wu = come_in(two[1], live_server, "wu", Role.Kind.REVIEWER, HEFEI)
        wu.goto("/desk/")
        wu.locator(".queues").get_by_role("link", name="待我决定的变更").click()
        wu.locator("#list").get_by_role("link").first.click()
        expect(wu.locator("#facts")).to_contain_text("何松")
        wu.locator("button[value=approve]").click()
        expect(wu.locator(".messages")).to_be_visible()
    assert balance(lin) == 0
    assert Payout.objects.get(person=lin).approved_by == User.objects.get(username="wu")


@pytest.mark.long
def test_a_binding_is_asked_about_found_false_all_the_same_and_ended_by_two(
    two: tuple[BrowserContext, ...], live_server: LiveServer
) -> None:
    check = drawn()
    zhou = come_in(two[0], live_server, "zhou", Role.Kind.CASE_OFFICER, HEFEI)
    zhou.goto("/desk/")
    zhou.locator(".queues").get_by_role("link", name="绑定事后核查").click()
    zhou.locator("[name=check]").check()
    zhou.get_by_role("button", name="询问所选绑定的授权人").click()
    expect(zhou.locator(".messages")).to_contain_text("已询问 1 位授权人")
    zhou.goto("/desk/binding-checks/rules/")
    phone = two[1].new_page()
    phone.set_viewport_size({"width": 390, "height": 844})
    client = Client()
    lin = check.binding.authorizer
    lin.user = User.objects.create_user("lin")
    lin.save(update_fields=["user"])
    client.force_login(lin.user)
    two[1].add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    phone.goto("/home/")
    phone.get_by_role("link", name="您的账户供梅晓云使用，属实吗？").click()
    phone.locator("[name=said][value=wrong]").check()
    phone.locator("main form .btn-primary").click()
    # Asked once more, nothing has happened yet.
    in_order(phone)
    phone.get_by_role("link", name="不，返回").click()
    phone.locator("[name=said][value=right]").check()
    phone.locator("main form .btn-primary").click()
    expect(phone.locator(".messages")).to_contain_text("谢谢您的答复")
    zhou.goto(f"/desk/binding-checks/{check.pk}/")
    expect(zhou.locator("#course")).to_contain_text("授权人答复：属实")
    zhou.fill("[name=note]", "户口簿上不是夫妻")
    zhou.locator("button[value=propose]").click()
    expect(zhou.locator("#waiting")).to_be_visible()
    in_order(zhou)
    address = zhou.locator("#waiting a").get_attribute("href")
    wu = come_in(two[0], live_server, "wu", Role.Kind.REVIEWER, HEFEI)
    wu.goto(address or "")
    wu.locator("button[value=approve]").click()
    expect(wu.locator(".messages")).to_be_visible()
    wu.goto(f"/desk/binding-checks/{check.pk}/")
    expect(wu.locator("#course")).to_contain_text("关系不属实")
    in_order(wu)
    check.binding.refresh_from_db()
    assert check.binding.ended_code == "found_false"
