"""Staff at the desk: a run watched, killed and gone on with; a figure by two persons; imports."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from accounts import runs as batches
from accounts.crediting import post_credit_run
from accounts.models import Credit, Run
from accounts.tasks import count_prepared_run, post_run
from claims import operations as claims
from claims.models import Claim
from members.models import Contribution
from members.months import first_of
from record.models import Role
from tests.journeys.at_the_desk import come_in, in_order
from tests.people import (
    ACTOR,
    HEFEI,
    bill,
    contribute,
    done,
    enrol,
    enrol_one,
    hospital,
    refused,
    staff,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_crediting_run_is_watched_killed_in_the_middle_and_gone_on_with(
    context: BrowserContext, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK_PERSONS", 3)
    # The test is the worker.
    monkeypatch.setattr("accounts.tasks.post_run.delay_on_commit", lambda *, run_id: None)
    monkeypatch.setattr(
        "accounts.tasks.count_prepared_run.delay_on_commit",
        lambda *, run_id: count_prepared_run(run_id=run_id),
    )
    month = first_of(timezone.localdate())
    Contribution.objects.bulk_create(
        Contribution(person=person, month=month, base=5000, paid_on=month)
        for person in enrol(*[f"参保人{n}" for n in range(12)], area=HEFEI)
    )
    page = come_in(context, live_server, "ding", Role.Kind.FINANCE_CLERK, HEFEI)
    page.goto("/desk/runs/")
    page.get_by_role("link", name="新建批次").click()
    in_order(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="入账前请核对")).to_be_visible()
    expect(page.locator("#compare tfoot")).to_contain_text("1,200.00")
    in_order(page)
    page.get_by_role("button", name="同意入账").click()
    run = Run.objects.get()
    worker = post_credit_run(run)
    next(worker)
    expect(page.locator("#progress progress")).to_have_attribute("value", "25")
    next(worker)
    expect(page.locator("#progress")).to_contain_text("6")
    # It is killed: what it committed stays, and nobody is at it.
    assert isinstance(worker, Generator)
    worker.close()
    expect(page.locator("#progress progress")).to_have_attribute("value", "50")
    expect(page.locator("#progress")).to_contain_text("现在没有进程在处理")
    in_order(page)
    page.get_by_role("button", name="马上继续").click()
    expect(page.locator(".messages")).to_contain_text("批次从停下的地方继续")
    assert post_run(run_id=run.pk)
    expect(page.locator("main .tag--go").first).to_have_text("已完成")
    expect(page.locator("#classes tfoot")).to_contain_text("1,200.00")
    in_order(page)
    assert Credit.objects.count() == 12


@pytest.mark.long
def test_a_run_is_posted_and_looked_at_without_a_script(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, task in (("post_run", post_run), ("count_prepared_run", count_prepared_run)):
        monkeypatch.setattr(
            f"accounts.tasks.{name}.delay_on_commit",
            lambda *, run_id, task=task: task(run_id=run_id),
        )
    month = first_of(timezone.localdate())
    lin = enrol_one("林志远", area=HEFEI)
    contribute(lin, month=month, day=month)
    plain = browser.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    page = come_in(plain, live_server, "ding", Role.Kind.FINANCE_CLERK, HEFEI)
    page.goto("/desk/runs/start/")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="同意入账").click()
    expect(page.locator("main .tag--go").first).to_have_text("已完成")
    plain.close()


FIELDS: dict[str, str] = {
    **{
        f"{group}_{part}_{level}": value
        for group in ("active", "retired")
        for part, value in (("deductible", "500"), ("ratio", "60"))
        for level in (1, 2, 3)
    },
    "active_cap": "3000",
    "retired_cap": "3500",
    "begins_on": "2023-01-01",
    "document_title": "安徽省职工医保门诊共济保障实施办法",
    "document_number": "皖政办秘〔2021〕112号",
    "document_date": "2021-12-01",
    "reason": "办法已经施行",
}


def test_a_figure_is_proposed_and_approved_and_the_refused_bill_of_anhui_settles(
    browser: Browser, context: BrowserContext, live_server: LiveServer
) -> None:
    today = timezone.localdate()
    mei, clinic = enrol_one("梅晓云", area=HEFEI), hospital(HEFEI)
    contribute(mei, month=first_of(today), day=today)
    made = bill(mei, clinic, "1500.00", day=today)
    assert refused(claims.settle(bill=made, day=today, actor=ACTOR)) == "no_policy_in_force"
    page = come_in(context, live_server, "qian", Role.Kind.POLICY_CLERK, "34")
    page.goto(f"/desk/policy/?area={HEFEI}")
    expect(page.locator("#open")).to_contain_text("门诊待遇")
    in_order(page)
    page.locator("#open").get_by_role("link").last.click()
    page.get_by_label("门诊待遇").check()
    page.locator("main form .btn-primary").click()
    in_order(page)
    for name, value in FIELDS.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="看看会影响什么").click()
    expect(page.locator("#effects")).to_contain_text("合肥")
    expect(page.locator("#effects")).to_contain_text("500.00 元")
    in_order(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#waiting")).to_contain_text("皖政办秘〔2021〕112号")
    in_order(page)
    assert refused(claims.settle(bill=made, day=today, actor=ACTOR)) == "no_policy_in_force"
    other = browser.new_context(base_url=live_server.url, locale="zh-CN")
    second = come_in(other, live_server, "feng", Role.Kind.POLICY_CLERK, "34")
    second.goto("/desk/policy/figures/")
    second.locator("#waiting").get_by_role("link").click()
    second.locator("button[value=approve]").click()
    expect(second.locator(".messages")).to_be_visible()
    second.goto(f"/desk/policy/?area={HEFEI}")
    expect(second.locator("main")).to_contain_text("皖政办秘〔2021〕112号")
    other.close()
    settled = done(claims.settle(bill=made, day=today, actor=ACTOR))
    assert isinstance(settled, Claim)
    assert str(settled.pool) == "600.00"


@pytest.mark.long
def test_the_other_pages_are_in_order(
    context: BrowserContext, live_server: LiveServer, tmp_path: Any
) -> None:
    page = come_in(context, live_server, "zhou", Role.Kind.CASE_OFFICER, HEFEI)
    roll = tmp_path / "缴费.csv"
    roll.write_text("身份证号,缴费月份,缴费基数,缴费日期\n123,2026-13,x,never\n", encoding="utf-8")
    page.goto("/desk/imports/contributions/")
    page.set_input_files("[name=file]", roll)
    page.get_by_role("button", name=re.compile("试")).click()
    expect(page.locator("#bad-rows")).to_be_visible()
    in_order(page)
    staff("zhou", Role.Kind.REVIEWER, HEFEI)
    for url in (
        "/desk/imports/",
        "/desk/watch/",
        "/desk/watch/rules/",
        "/desk/policy/compare/",
        f"/desk/policy/assumptions/?area=421300&day={date(2024, 11, 1)}",
        "/desk/figures/",
    ):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        in_order(page)
