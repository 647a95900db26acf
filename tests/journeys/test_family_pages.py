"""A family in the browser: binding and being refused, a bill and a premium paid, code, messages."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims import operations as claims
from claims.bill import Bill
from claims.engine.facts import Line
from claims.models import Claim
from families import asking
from families.bindings import bind
from families.models import Binding
from policy.models import Figure
from tests.household import ACTOR, BEGINNING, Household, build
from tests.strangers import about_the_other_one

from .test_member_pages import sign_in, without_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS: dict[str, dict[str, str]] = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "contrast": {"contrast": "high"},
    "large": {"view": "elder"},
}


@pytest.fixture
def home() -> Household:
    household = build(timezone.localdate())
    Figure.objects.create(
        scope="34",
        key="premium_amount",
        value={
            "product": "resident_insurance",
            "amount": "380.00",
            "opens": (household.today - timedelta(days=3)).isoformat(),
            "closes": (household.today + timedelta(days=3)).isoformat(),
        },
        begins_on=BEGINNING,
        document_title="示例：保费",
        document_number="示例2号",
        document_date=BEGINNING,
        example=True,
        proposed_by=household.users["zhou"],
        approved_by=household.users["wu"],
        approved_on=BEGINNING,
    )
    return household


@pytest.fixture
def width() -> int:
    return 390


def name_a_relative(page: Page, relation: str, name: str, number: str) -> None:
    page.goto("/family/add/")
    page.get_by_label(relation).check()
    page.get_by_label("姓名").fill(name)
    page.get_by_label("身份证号").fill(number)
    page.locator("main .btn-primary").click()


def agree(page: Page) -> None:
    page.locator("main .btn-primary").click()
    page.get_by_label("我已看完").check()
    page.locator("main form button.btn-primary").click()


def paid_for(home: Household, patient: str, amount: str) -> Claim:
    settled = claims.settle(
        bill=Bill(
            number="JS30000001",
            institution=home.hospital,
            visit_number="V30000001",
            bill_number="1",
            patient_id=home.person(patient).pk,
            category="account_only",
            service_date=home.today,
            lines=(Line(amount=Decimal(amount), item_class="A", name="检查"),),
        ),
        day=home.today,
        actor=ACTOR,
    )
    assert isinstance(settled, Claim), settled
    return settled


def test_a_parent_is_bound_and_their_bill_is_paid(context: BrowserContext, home: Household) -> None:
    page = context.new_page()
    sign_in(page, "chen")
    pan = home.person("pan")
    name_a_relative(page, "父亲或母亲", pan.name, home.id_numbers["pan"])
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{pan.name}看病时")
    agree(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"您的账户可以替{pan.name}付款了")
    expect(page.locator(".receipt")).to_contain_text("已经给")
    page.get_by_text("当时同意的告知书").click()
    expect(page.get_by_text("请读完再同意。")).to_be_visible()
    without_sideways(page)
    paid_for(home, "pan", "66.60")
    page.goto("/account/")
    expect(page.locator(".moves").first).to_contain_text(f"替{pan.name}付")
    expect(page.locator("main")).not_to_contain_text(home.hospital.name + "检查")
    # The parent hears of it, sees who paid, and may leave.
    other = context.browser.new_context(base_url=page.url.split("/account")[0], locale="zh-CN")  # type: ignore[union-attr]
    theirs = other.new_page()
    sign_in(theirs, "pan")
    theirs.goto("/messages/")
    theirs.get_by_role("link", name=re.compile("家庭账户")).first.click()
    expect(theirs.locator("main")).to_contain_text("陈立的账户替您付款")
    theirs.get_by_role("link", name="去看看").click()
    theirs.get_by_role("link", name="不愿意，退出").click()
    theirs.get_by_role("button", name="确定退出").click()
    expect(theirs.locator(".messages")).to_contain_text("不再替您付款")
    other.close()


def test_each_refusal_is_said_as_it_may_be(
    context: BrowserContext, home: Household, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    # More tries than a day has, so that one reader can try them all.
    monkeypatch.setattr(asking, "TRIES_A_DAY", 20)
    page = context.new_page()
    sign_in(page, "lin")
    head = page.get_by_role("heading", level=1)
    # About oneself, in plain words.
    for relation, name in (("丈夫或妻子", "mei"), ("丈夫或妻子", "lin")):
        name_a_relative(page, relation, home.person(name).name, home.id_numbers[name])
        agree(page)
        expect(head).to_have_text("现在不能绑定")
        expect(page.locator(".panel")).to_contain_text("已经绑定" if name == "mei" else "您本人")
    # Nothing is bound without the consent.
    name_a_relative(page, "儿子或女儿", "林宝儿", home.id_numbers["bao"])
    page.locator("main .btn-primary").click()
    page.locator("main form button.btn-primary").click()
    expect(page.locator(".errsum")).to_contain_text("不勾选就不会绑定")
    # About the other one, always the same.
    cases = about_the_other_one(home)
    everyday = ("nobody", "another province", "does not want to")
    texts = set()
    for number, name in (cases[case] for case in (cases if long else everyday)):
        name_a_relative(page, "儿子或女儿", name, number)
        agree(page)
        texts.add(page.locator("main").inner_text())
    assert len(texts) == 1
    assert "关于别人的情况我们不多说" in texts.pop()
    without_sideways(page)
    # A wrong number is told apart from that before anything is asked.
    name_a_relative(page, "儿子或女儿", "林宝儿", "123")
    expect(page.locator(".errsum")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lin", "已经坐满"),
        pytest.param("wen", "您的参保方式没有个人账户", marks=pytest.mark.long),
        pytest.param("shen", "省直医保的钱直接打到银行卡", marks=pytest.mark.long),
    ],
)
def test_what_keeps_one_from_binding_anybody_is_said_before_a_name_is_asked(
    context: BrowserContext, home: Household, name: str, words: str
) -> None:
    for each in ("bao", "chen", "wen", "pan") if name == "lin" else ():
        bound = bind(
            authorizer_id=home.person("lin").pk,
            member_id=home.person(each).pk,
            relation="child",
            notice=home.notice,
            day=home.today,
            actor=ACTOR,
        )
        assert isinstance(bound, Binding), bound
    page = context.new_page()
    sign_in(page, name)
    page.goto("/family/add/")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在不能绑定")
    expect(page.locator("main")).to_contain_text(words)
    expect(page.get_by_label("身份证号")).to_have_count(0)
    without_sideways(page)


def test_a_premium_is_paid_and_taken_back(context: BrowserContext, home: Household) -> None:
    page = context.new_page()
    sign_in(page, "lin")
    page.goto("/premiums/")
    without_sideways(page)
    page.get_by_role("link", name=re.compile("城乡居民")).nth(1).click()
    expect(page.locator(".chain")).to_contain_text("您的账户")
    page.get_by_role("button", name="缴 380.00 元").click()
    expect(page.locator(".receipt")).to_contain_text("380.00")
    page.get_by_role("link", name="撤销").click()
    page.get_by_role("button", name="确定撤销").click()
    expect(page.locator(".messages")).to_contain_text("已撤销")


def test_the_code_counts_down_and_everything_works_without_a_script(
    browser: Browser, context: BrowserContext, live_server: LiveServer, home: Household
) -> None:
    page = context.new_page()
    page.clock.install()
    sign_in(page, "lin")
    page.get_by_role("link", name="付款码").click()
    first = page.locator(".paycode__digits").inner_text()
    expect(page.locator("[data-count]")).to_be_visible()
    # The count is there from the first paint; what counts comes with the script.
    page.wait_for_load_state("load")
    page.clock.fast_forward(10 * 60 * 1000)
    expect(page.locator("[data-over]")).to_be_visible()
    expect(page.locator(".qr")).not_to_be_visible()
    page.get_by_role("link", name="换一个新码").click()
    expect(page.locator(".paycode__digits")).not_to_have_text(first)
    plain = browser.new_context(
        base_url=live_server.url, locale="zh-CN", java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    )  # fmt: skip
    page = plain.new_page()
    sign_in(page, "lin")
    page.goto("/code/")
    expect(page.locator(".paycode__time").first).to_contain_text("前有效")
    expect(page.locator(".qr")).to_be_visible()
    page.goto("/family/")
    page.get_by_label("医保报销以后还要付多少").fill("5000")
    page.get_by_role("button", name="看看谁来付").click()
    expect(page.locator("#preview")).to_contain_text("634.56")
    page.goto("/messages/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.locator(".tabbar .count")).to_have_count(0)
    name_a_relative(page, "儿子或女儿", "林宝儿", home.id_numbers["bao"])
    agree(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("您的账户可以替林宝儿付款了")
    plain.close()


def test_axe_finds_nothing(
    context: BrowserContext, live_server: LiveServer, home: Household, long: bool
) -> None:
    page = context.new_page()
    sign_in(page, "lin")
    binding = home.bindings["lin-mei"].pk
    urls = [
        "/family/?who=me&amount=5000", "/family/history/", "/family/staying-out/",
        f"/family/{binding}/", "/code/", "/premiums/", f"/premiums/{binding}/resident_insurance/",
        "/messages/", "/messages/copies/",
    ]  # fmt: skip
    looks = list(LOOKS) if long else ["large"]
    found = {}
    for look in looks:
        context.clear_cookies(name=re.compile("^(theme|view|contrast)$"))
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in LOOKS[look].items()]
        )
        for width in (390, 1280) if long else (390,):
            for url in urls:
                page.set_viewport_size({"width": width, "height": 844})
                page.goto(url)
                without_sideways(page)
                height = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": width, "height": height})
                violations = Axe().run(page).response["violations"]
                if violations:
                    found[look, width, url] = [
                        (v["id"], v["nodes"][0]["html"][:160]) for v in violations
                    ]
    assert found == {}
