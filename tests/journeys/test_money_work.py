"""The money desk in a browser: a day file reconciled, a clearing signed and paid, a bank file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Claim
from clearing import statements
from clearing.models import Case, ClearingStatement, Payment
from clearing.periods import Period, Subject
from families.departures import payout
from members.months import first_of, months_after
from record.models import Role
from tests.journeys.at_the_desk import come_in, in_order
from tests.people import ACTOR, HEFEI, WUHU, done, enrol_one, give_money, hospital, settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLERK, REVIEWER = Role.Kind.FINANCE_CLERK, Role.Kind.REVIEWER


def day_file(path: Path, claims: list[Claim], *, cash: str) -> Path:
    """Write an institution's file in which the last claim's cash is another."""
    heads = "机构编码,日期,类型,结算编号,就诊号,票据号,总额,统筹基金,个人账户,共济账户,现金"
    rows = [
        f"{one.institution.code},{one.settled_on},结算,{one.number},{one.visit_number},"
        f"{one.bill_number},{one.gross},{one.pool},{one.own_paid},{one.shared_paid},"
        f"{cash if one is claims[-1] else one.cash}"
        for one in claims
    ]
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_day_file_is_compared_and_its_difference_concluded_by_two_persons(
    context: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    day = timezone.localdate() - timedelta(days=10)
    lin, place = enrol_one("林志远"), hospital(HEFEI)
    give_money({lin: "300.00"}, month=first_of(day), day=day)
    claims = [
        settled(lin, place, amount, day=day, category="account_only")
        for amount in ("60.00", "45.00", "12.00")
    ]
    page = come_in(context, live_server, "ding", CLERK, HEFEI)
    page.goto("/desk/reconciliation/")
    in_order(page)
    page.fill("[name=institution]", place.code)
    page.fill("[name=day]", f"{day - timedelta(days=1)}")
    path = day_file(tmp_path / "day.csv", claims, cash="10.00")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="收入并对账").click()
    # The lines are of another day than was said: nothing is taken in.
    expect(page.locator(".errsum")).to_be_visible()
    in_order(page)
    page.fill("[name=day]", f"{day}")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="收入并对账").click()
    expect(page.locator("#result")).to_contain_text("金额不符")
    in_order(page)
    case = Case.objects.get()
    page.locator("#cases a").click()
    expect(page.locator("#records tr.differs")).to_have_count(1)
    in_order(page)
    page.get_by_label("按现状认可").check()
    page.get_by_label("原因").fill("机构多记一笔现金，已核实")
    page.get_by_role("button", name="提交").click()
    # Whoever proposed does not decide.
    expect(page.locator("#conclusion")).to_contain_text("由另一人审定")
    expect(page.locator("#conclusion button")).to_have_count(0)
    in_order(page)
    page.goto("/desk/runs/")
    expect(page.locator("#clearingdesk_reconciliation")).to_contain_text("1 项差异未处理")
    in_order(page)
    page = come_in(context, live_server, "wu", REVIEWER, HEFEI)
    page.goto(f"/desk/reconciliation/{case.pk}/")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.locator("#conclusion")).to_contain_text("机构多记一笔现金")
    case.refresh_from_db()
    assert (case.state, case.action) == ("concluded", "accept")


def a_month_to_clear() -> tuple[ClearingStatement, date]:
    """Lin of Hefei is treated in Wuhu last month; the month is closed."""
    month = months_after(first_of(timezone.localdate()), -1)
    day = month + timedelta(days=9)
    lin = enrol_one("林志远")
    give_money({lin: "300.00"}, month=month, day=day)
    settled(lin, hospital(WUHU), "80.00", day=day, category="account_only")
    period = Period(Subject.CARE, month)
    (statement,) = done(
        statements.close_period(period=period, day=timezone.localdate(), actor=ACTOR)
    )
    return statement, month


def test_a_clearing_is_signed_by_both_sides_each_with_its_own_button_and_paid(
    context: BrowserContext, live_server: LiveServer
) -> None:
    statement, _ = a_month_to_clear()
    where = f"/desk/clearing/{statement.pk}/"
    sign = "明细无误，签字"

    def as_clerk_of(area: str) -> Page:
        page = come_in(context, live_server, f"clerk{area}", CLERK, area)
        page.goto(where)
        return page

    page = as_clerk_of(HEFEI)
    expect(page.get_by_role("button", name=sign)).to_have_count(1)
    expect(page.locator(".side--mine h3")).to_have_text("合肥")
    in_order(page)
    page.get_by_role("button", name=sign).click()
    expect(page.get_by_role("button", name=sign)).to_have_count(0)
    # The debtor cannot pay before the other side has signed.
    expect(page.get_by_role("button", name="我方已付款")).to_have_count(0)
    page = as_clerk_of(WUHU)
    expect(page.locator(".side--mine h3")).to_have_text("芜湖")
    page.get_by_role("button", name=sign).click()
    expect(page.locator("#course li[aria-current]")).to_contain_text("已付清")
    # The creditor has no button to say that the debtor has paid.
    expect(page.get_by_role("button", name="我方已付款")).to_have_count(0)
    page = as_clerk_of(HEFEI)
    page.get_by_label("付款的银行流水号").fill("20261101-0007")
    page.get_by_role("button", name="我方已付款").click()
    expect(page.get_by_role("button", name="款已收到")).to_have_count(0)
    in_order(page)
    page = as_clerk_of(WUHU)
    page.get_by_role("button", name="款已收到").click()
    expect(page.locator("#course li[aria-current]")).to_have_count(0)
    in_order(page)
    statement.refresh_from_db()
    assert statement.state == "paid"
    page.goto("/desk/clearing/")
    in_order(page)


def test_a_payout_goes_to_the_bank_through_two_persons_and_its_return_is_read(
    context: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    today = timezone.localdate()
    lin = enrol_one("林志远")
    give_money({lin: "100.00"}, month=first_of(today), day=today)
    payees = [{"name": "梅晓云", "share": "1", "account": "6217000012345678901"}]
    done(payout(person_id=lin.pk, reason="death", day=today, actor=ACTOR, payees=payees))

    def as_clerk(name: str) -> Page:
        page = come_in(context, live_server, name, CLERK, HEFEI)
        page.goto("/desk/bank/")
        return page

    page = as_clerk("ding")
    page.get_by_role("button", name="汇集支付、零星报销与发放").click()
    in_order(page)
    page.get_by_role("button", name="生成文件").click()
    expect(page.locator("#file")).to_contain_text("由另一人放行")
    expect(page.get_by_role("button", name="取文件")).to_have_count(0)
    expect(page.locator("#orders")).to_contain_text("…8901")
    in_order(page)
    where = page.url
    # The other looks, refuses nothing, and releases.
    page = as_clerk("jia")
    page.goto(where)
    page.get_by_role("button", name="放行").click()
    expect(page.locator("#file")).to_contain_text("放行")
    in_order(page)
    page = as_clerk("ding")
    page.goto(where)
    files = []
    for turn in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="取文件").click()
        path = tmp_path / f"{turn}.csv"
        download.value.save_as(path)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    assert b"6217000012345678901" in files[0]
    number = page.locator("h1").inner_text()
    answer = tmp_path / "return.csv"
    amount = Payment.objects.get().amount
    for said, seen_at in (("也许,", ".errsum"), ("失败,户名不符", "#orders .tag--bad")):
        line = f"{number},1,{amount},{said}"
        answer.write_text(f"文件编号,序号,金额,结果,原因\n{line}\n", encoding="utf-8")
        page.set_input_files("[name=file]", answer)
        page.get_by_role("button", name="读入").click()
        expect(page.locator(seen_at).first).to_be_visible()
        in_order(page)
    assert Payment.objects.get().state == "failed"
    page.goto("/desk/bank/")
    expect(page.locator("#troubled")).to_contain_text("户名不符")
    in_order(page)
