"""Living elsewhere and paper bills in a browser: a member on a phone, staff at a desk; payloads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims import paper_bills
from claims.models import PaperBill
from claims.paper_bills import Written
from families.moves import move
from members import residence
from members.identity import seal
from members.models import Person, Registration, User
from record.models import Role
from tests.hostile import located_photo, pdf
from tests.people import (
    ACTOR,
    HEFEI,
    SUIZHOU,
    YANTAI,
    contribute,
    done,
    enrol_one,
    hospital,
    settled,
    staff,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
#: What would run if it were not escaped, or if the policy of the page let it.
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg onload=alert(3)>",
    "javascript:alert(4)",
    "</textarea><script>alert(5)</script>",
    "{{ 7*7 }}{% debug %}",
    "<iframe srcdoc='<script>alert(6)</script>'>",
    '<a href="data:text/html,<script>alert(7)</script>">x</a>',
    "\u202e<body onpageshow=alert(8)>",
    "%3Cscript%3Ealert(9)%3C/script%3E",
)


@pytest.fixture
def contexts(browser: Browser, live_server: LiveServer) -> Iterator[Any]:
    opened: list[BrowserContext] = []

    def context(*, width: int, height: int) -> BrowserContext:
        made = browser.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
        )
        opened.append(made)
        return made

    yield context
    for made in opened:
        made.close()


def member(name: str, area: str) -> Person:
    person = enrol_one(name, area=area)
    person.user = User.objects.create_user(f"u{person.pk}")
    person.bank_account_sealed = seal("6217000012345678901")
    person.save(update_fields=["user", "bank_account_sealed"])
    today = timezone.localdate()
    contribute(person, month=today.replace(day=1), day=today)
    return person


def officer(name: str, kind: str, area: str) -> User:
    user = staff(name, kind, area)
    user.is_staff = True
    user.save()
    return user


def sign_in(context: BrowserContext, name: str, live_server: LiveServer) -> Page:
    """Open a page as somebody; the second factor of staff is another test's."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return context.new_page()


def clean(page: Page) -> None:
    """Nothing wider than the screen, and nothing that axe minds."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], page.url  # type: ignore[index]
    found = Axe().run(page).response["violations"]
    assert not found, (page.url, [(v["id"], v["nodes"][0]["html"][:150]) for v in found])


def test_asked_for_a_paper_a_member_adds_it_by_phone_and_the_next_claim_is_paid(
    contexts: Any, live_server: LiveServer, tmp_path: Path
) -> None:
    there, today = hospital(HEFEI, level=1), timezone.localdate()
    # He was insured in Suizhou, and moved to Yantai last year.
    yu = member("于海", SUIZHOU)
    contribute(yu, month=date(2023, 5, 1), day=date(2023, 5, 10))
    done(move(person_id=yu.pk, area=YANTAI, day=date(today.year - 1, 3, 1), actor=ACTOR))
    officer("feng", Role.Kind.CASE_OFFICER, YANTAI)
    assert settled(yu, there, "2000.00", day=today).remote_self_pay == Decimal("200.00")
    (tmp_path / "contract.pdf").write_bytes(pdf(pages=2))
    (tmp_path / "permit.jpg").write_bytes(located_photo())
    assert yu.user is not None

    phone = sign_in(contexts(**PHONE), yu.user.username, live_server)
    phone.goto("/residence/apply/")
    phone.check("[name=kind][value=long_term]")
    phone.select_option("[name=area]", HEFEI)
    phone.fill("[name=since]", "2026-01-05")
    phone.locator("main form .btn-primary").click()
    phone.set_input_files("[name=papers]", tmp_path / "contract.pdf")
    phone.locator("form[enctype] button").click()
    expect(phone.locator("#kept")).to_contain_text("contract.pdf")
    phone.locator("main .btn-primary").click()
    phone.locator("main form .btn-primary").click()
    expect(phone.locator(".receipt")).to_contain_text("YD")
    clean(phone)
    row = Registration.objects.get(person=yu)

    desk = sign_in(contexts(**DESK), "feng", live_server)
    desk.goto("/desk/residence/")
    clean(desk)
    desk.get_by_role("link", name="于海").click()
    clean(desk)
    desk.fill("[name=note]", "请补交居住证的照片。")
    desk.locator("button[value=ask]").click()

    phone.goto(f"/residence/{row.pk}/")
    expect(phone.locator("#asked")).to_contain_text("请补交居住证的照片。")
    phone.locator("#asked .btn-primary").click()
    phone.set_input_files("[name=papers]", tmp_path / "permit.jpg")
    phone.locator("main form.panel .btn-primary").click()
    expect(phone.locator(".course [aria-current=step]")).to_be_visible()

    desk.goto(f"/desk/residence/{row.pk}/")
    picture = desk.locator("img.paper")
    expect(picture).to_be_visible()
    # It is asked for when it comes into sight.
    desk.wait_for_function("() => document.querySelector('img.paper').naturalWidth === 480")
    desk.locator("button[value=approve]").click()
    expect(desk.locator(".messages")).to_be_visible()
    phone.reload()
    expect(phone.locator("main")).to_contain_text("生效中")
    clean(phone)
    paid = settled(yu, there, "1000.00", day=today)
    assert (paid.remote_self_pay, paid.pool) == (Decimal("0.00"), Decimal("700.00"))
    # A bill of 2023 that comes only now is paid by the rules of Suizhou: 80% over 500 yuan.
    late = settled(yu, hospital(SUIZHOU), "1000.00", day=today, service_date=date(2023, 5, 12))
    assert (late.area, late.pool) == (SUIZHOU, Decimal("400.00"))


def test_a_large_paper_bill_is_paid_by_two_persons(
    contexts: Any, live_server: LiveServer, tmp_path: Path
) -> None:
    yu = member("于海", YANTAI)
    officer("feng", Role.Kind.CASE_OFFICER, YANTAI)
    officer("wu", Role.Kind.REVIEWER, YANTAI)
    there = hospital(YANTAI, level=1)
    (tmp_path / "bill.jpg").write_bytes(located_photo())
    assert yu.user is not None
    phone = sign_in(contexts(**PHONE), yu.user.username, live_server)
    phone.goto("/bills/new/")
    phone.set_input_files("[name=papers]", tmp_path / "bill.jpg")
    phone.fill("[name=institution]", there.name)
    phone.fill("[name=service_date]", timezone.localdate().isoformat())
    phone.fill("[name=bill_number]", "NO 18")
    phone.fill("[name=total]", "2500.00")
    phone.locator("main form .btn-primary").click()
    phone.locator("main form .btn-primary").click()
    bill = PaperBill.objects.get(person=yu)

    desk = sign_in(contexts(**DESK), "feng", live_server)
    desk.goto(f"/desk/bills/{bill.pk}/")
    desk.fill("[name=line-0-name]", "检查")
    desk.fill("[name=line-0-amount]", "2500.00")
    desk.fill("[name=line-0-code]", "001")
    desk.locator("button[name=save]").click()
    expect(desk.locator("#decision + .between")).to_contain_text("1,400.00")
    clean(desk)
    desk.locator("button[value=approve]").click()
    expect(desk.locator("#waiting")).to_be_visible()

    second = sign_in(contexts(**PHONE), "wu", live_server)
    second.goto(f"/desk/bills/{bill.pk}/")
    clean(second)
    second.locator("button[name=approve]").click()
    expect(second.locator(".messages")).to_be_visible()
    phone.goto(f"/bills/{bill.pk}/")
    expect(phone.locator(".receipt")).to_contain_text("1,400.00")
    clean(phone)


def test_no_text_of_anybody_runs_anywhere(contexts: Any, live_server: LiveServer) -> None:
    """Threat 55: payloads in every text that a member or an officer can write."""
    today = timezone.localdate()
    officer("feng", Role.Kind.CASE_OFFICER, YANTAI)
    everything = "".join(PAYLOADS)[:395]
    yu = member("于" + PAYLOADS[1], YANTAI)
    row = done(
        residence.apply_for_residence(
            person_id=yu.pk, area=HEFEI, kind="posted", note=everything, day=today, actor=ACTOR
        )
    )
    done(
        residence.ask_about_residence(
            registration_id=row.pk, note=everything, day=today, actor=ACTOR
        )
    )
    bills = []
    for place, payload in enumerate(PAYLOADS):
        told = Written(payload, "outpatient", today, f"{place}{payload}"[:40], Decimal("9.00"))
        bills.append(
            done(
                paper_bills.hand_in_bill(
                    person_id=yu.pk, written=told, note=payload, draft="", day=today, actor=ACTOR
                )
            )
        )
    done(
        paper_bills.ask_about_bill(
            bill_id=bills[0].pk, note=everything, seen=1, day=today, actor=ACTOR
        )
    )
    done(
        paper_bills.refuse_bill(
            bill_id=bills[1].pk, note=everything, seen=1, day=today, actor=ACTOR
        )
    )
    assert yu.user is not None
    ran: list[str] = []

    def heard(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    mine = ["/residence/", f"/residence/{row.pk}/", f"/residence/{row.pk}/correct/", "/bills/",
            f"/bills/{bills[0].pk}/", f"/bills/{bills[1].pk}/", f"/bills/{bills[2].pk}/withdraw/",
            f"/bills/{bills[0].pk}/correct/", "/care/"]  # fmt: skip
    staffs = ["/desk/residence/?state=all", f"/desk/residence/{row.pk}/", "/desk/bills/?state=all",
              *(f"/desk/bills/{bill.pk}/" for bill in bills)]  # fmt: skip
    for user, pages in ((yu.user.username, mine), ("feng", staffs)):
        page = sign_in(contexts(**DESK), user, live_server)
        page.on("dialog", heard)
        for url in pages:
            answer = page.goto(url)
            assert answer is not None
            assert answer.status == 200, url
            page.wait_for_timeout(60)
            assert "49" not in page.locator("h1").inner_text()
            assert (
                page.locator("main iframe, main script, main [onerror], main [onload]").count() == 0
            )
    assert ran == []
