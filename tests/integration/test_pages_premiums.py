"""Premiums from account money: the pages, the collector's file, and its answer."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.checks import ledger_problems
from families import offers
from families.bindings import unbind
from families.models import Collection, Premium
from policy.models import Figure
from record.models import AuditRecord, Message
from tests.household import ACTOR, BEGINNING, HEFEI, WUHU, Household, signed_in, standing
from tests.people import balance, staff

pytestmark = pytest.mark.django_db

PAGE = "/premiums/"
DESK = "/desk/premiums/"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def enter(home: Household, product: str, amount: str, *, opens: int = -5, closes: int = 5) -> None:
    """Enter what a product costs, and the days of its collection counted from today."""
    Figure.objects.create(
        scope="34",
        key="premium_amount",
        value={
            "product": product,
            "amount": amount,
            "opens": (home.today + timedelta(days=opens)).isoformat(),
            "closes": (home.today + timedelta(days=closes)).isoformat(),
        },
        begins_on=BEGINNING,
        document_title="示例：保费",
        document_number="示例1号",
        document_date=BEGINNING,
        example=True,
        proposed_by=home.users["zhou"],
        approved_by=home.users["wu"],
        approved_on=BEGINNING,
    )


def client_of(home: Household, name: str) -> Client:
    return signed_in(home.users[name])


def plain(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def for_mei(home: Household, product: str = "resident_insurance") -> str:
    return f"/premiums/{home.bindings['lin-mei'].pk}/{product}/"


def test_the_page_says_what_can_be_paid_for_whom_and_why_not(home: Household) -> None:
    enter(home, "resident_insurance", "380.00")
    enter(home, "large_amount", "96.00", opens=2, closes=9)
    enter(home, "commercial_supplement", "99.00", opens=-9, closes=-2)
    text = plain(client_of(home, "lin").get(PAGE).content)
    for words in ("演示用的示例", "380.00 元 现在可以缴", "日开始收", "日已截止",
                  "今年的金额还没有录入", "替梅晓云（您的妻子）"):  # fmt: skip
        assert words in text, words
    # Bao may not pay for anybody, and nobody pays for bao: only relatives' accounts could.
    assert "还没有家人绑定您" in plain(client_of(home, "bao").get(PAGE).content)


def test_an_authorizer_pays_sees_the_receipt_and_cancels(home: Household) -> None:
    enter(home, "resident_insurance", "380.00")
    lin, mei = home.person("lin"), home.person("mei")
    before = balance(lin)
    client = client_of(home, "lin")
    page = plain(client.get(for_mei(home)).content)
    assert "最多付这么多" in page
    assert "示例：保费" in page
    receipt = client.post(for_mei(home))["Location"]
    assert balance(lin) == before - 380
    premium = Premium.objects.get()
    assert (premium.insured, premium.started_by) == (mei, lin)
    assert "您的账户" in plain(client.get(receipt).content)
    assert "林志远的账户" in plain(client_of(home, "mei").get(receipt).content)
    told = Message.objects.filter(kind="premium_paid", data__premium=premium.pk)
    assert {message.person for message in told} == {lin, mei}
    # The same again leads to the receipt, and takes nothing.
    assert client.post(for_mei(home))["Location"] == receipt
    client.get(f"{receipt}cancel/")
    client.post(f"{receipt}cancel/")
    assert balance(lin) == before
    assert "已经退回原来的账户" in plain(client.get(receipt).content)
    assert client.post(for_mei(home)).status_code == 302
    assert ledger_problems() == []


def test_what_the_accounts_cannot_pay_whole_moves_nothing(home: Household) -> None:
    enter(home, "resident_insurance", "5000.00")
    before = balance(home.person("lin"))
    answer = client_of(home, "lin").post(for_mei(home))
    assert answer.status_code == 409
    assert "一分" in plain(answer.content)
    assert balance(home.person("lin")) == before
    assert not Premium.objects.exists()


def test_the_own_account_is_spent_by_its_owner_alone(home: Household) -> None:
    enter(home, "large_amount", "96.00")
    client = client_of(home, "lin")
    assert client.post("/premiums/me/large_amount/").status_code == 302
    assert Premium.objects.get().insured == home.person("lin")
    # What is paid from mei's own account is no matter of lin's.
    assert client.get(for_mei(home, "large_amount")).status_code == 404
    lin, mei = home.person("lin").pk, home.person("mei").pk
    assert offers.may_start(person_id=lin, insured_id=mei, own=False)
    assert not offers.may_start(person_id=lin, insured_id=mei, own=True)


def test_nobody_pays_for_a_stranger_or_sees_their_premiums(home: Household) -> None:
    enter(home, "resident_insurance", "380.00")
    receipt = client_of(home, "lin").post(for_mei(home))["Location"]
    chen = client_of(home, "chen")
    for url in (for_mei(home), receipt, f"{receipt}cancel/"):
        assert chen.get(url).status_code == 404
        assert chen.post(url).status_code in {404, 405}
    assert client_of(home, "yu").get(receipt).status_code == 404
    # Who is paid for pays nothing for those who let them.
    assert (
        client_of(home, "lin")
        .get(f"/premiums/{home.bindings['yu-lin'].pk}/resident_insurance/")
        .status_code
        == 404
    )
    assert Premium.objects.get().state == Premium.State.PAID


def test_a_binding_that_has_ended_pays_nothing_more(home: Household) -> None:
    enter(home, "resident_insurance", "380.00")
    url = for_mei(home)
    unbind(
        authorizer_id=home.person("lin").pk,
        member_id=home.person("mei").pk,
        day=home.today,
        actor=ACTOR,
    )
    assert client_of(home, "lin").post(url).status_code == 404
    assert not Premium.objects.exists()


@pytest.fixture
def paid(home: Household) -> Premium:
    enter(home, "resident_insurance", "380.00")
    enter(home, "large_amount", "96.00")
    client_of(home, "lin").post(for_mei(home))
    client_of(home, "chen").post("/premiums/me/large_amount/")
    return Premium.objects.get(insured=home.person("mei"))


@pytest.fixture
def ding(home: Household) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(staff("ding", "finance_clerk", "34"))
    return client


def hand_over(client: Client, product: str = "resident_insurance", area: str = HEFEI) -> int:
    return client.post(f"{DESK}hand-over/", {"area": area, "product": product}).status_code


def answer(client: Client, *rows: str) -> Any:
    content = "\r\n".join(("编号,结果,原因", *rows)).encode()
    return client.post(f"{DESK}answer/", {"file": SimpleUploadedFile("a.csv", content)})


def test_a_file_is_made_once_and_fetched_again(
    home: Household, paid: Premium, ding: Client
) -> None:
    assert "待送交的保费" in plain(ding.get("/desk/").content)
    assert hand_over(ding) == 302
    file = Collection.objects.get()
    assert (file.premiums, file.amount) == (1, Decimal("380.00"))
    fetched = ding.get(f"{DESK}{file.pk}/")
    assert fetched.content == ding.get(f"{DESK}{file.pk}/").content
    rows = list(csv.DictReader(io.StringIO(fetched.content.decode("utf-8-sig"))))
    assert rows[0]["编号"] == f"{paid.pk:08d}"
    assert rows[0]["身份证号"] == home.id_numbers["mei"]
    assert fetched["Content-Disposition"].startswith("attachment")
    assert bytes(file.sealed).find(home.id_numbers["mei"].encode()) == -1
    assert AuditRecord.objects.filter(verb="families.collection.fetch").count() == 2
    # Again there is nothing to hand over, and nothing can be cancelled.
    hand_over(ding)
    assert Collection.objects.count() == 1
    client_of(home, "lin").post(f"/premiums/{paid.pk}/cancel/")
    paid.refresh_from_db()
    assert paid.state == Premium.State.HANDED_OVER


def test_all_files_are_made_at_once_of_the_clerk_s_own_areas(
    home: Household, paid: Premium
) -> None:
    wuhu = Client()
    wuhu.force_login(staff("wuhu", "finance_clerk", WUHU))
    wuhu.post(f"{DESK}hand-over/")
    assert not Collection.objects.exists()
    hefei = Client()
    hefei.force_login(staff("hefei", "finance_clerk", HEFEI))
    hefei.post(f"{DESK}hand-over/")
    assert set(Collection.objects.values_list("product", "premiums")) == {
        ("large_amount", 1),
        ("resident_insurance", 1),
    }


def test_a_rejected_premium_is_paid_back_with_its_reason(
    home: Household, paid: Premium, ding: Client
) -> None:
    before = balance(home.person("lin"))
    hand_over(ding)
    assert answer(ding, f"{paid.pk},失败,身份信息不符").status_code == 302
    paid.refresh_from_db()
    assert (paid.state, paid.state_note) == (Premium.State.REJECTED, "身份信息不符")
    assert balance(home.person("lin")) == before + 380
    text = plain(client_of(home, "mei").get(f"/premiums/{paid.pk}/").content)
    assert "身份信息不符" in text
    # It may be paid again.
    assert client_of(home, "lin").post(for_mei(home)).status_code == 302
    assert ledger_problems() == []


def test_an_answer_is_read_once_and_never_half(
    home: Household, paid: Premium, ding: Client
) -> None:
    hand_over(ding)
    other = Premium.objects.get(insured=home.person("chen"))
    # The other one was never handed over: nothing of the file is taken.
    refused = answer(ding, f"{paid.pk},成功,", f"{other.pk},成功,")
    assert refused.status_code == 400
    assert "没有送交过" in plain(refused.content)
    paid.refresh_from_db()
    assert paid.state == Premium.State.HANDED_OVER
    for rows in ((f"{paid.pk},也许,",), (f"{paid.pk},失败,",), ("999999,成功,",),
                 (f"{paid.pk},成功,", f"{paid.pk},失败,错")):  # fmt: skip
        assert answer(ding, *rows).status_code == 400, rows
    assert answer(ding, f"{paid.pk:08d},成功,").status_code == 302
    paid.refresh_from_db()
    assert paid.state == Premium.State.ACCEPTED
    # The same again is known; the opposite is refused.
    assert answer(ding, f"{paid.pk},成功,").status_code == 302
    assert "不同的结果" in plain(answer(ding, f"{paid.pk},失败,错").content)
    assert Message.objects.filter(kind="premium_accepted").count() == 1


def test_a_clerk_of_another_area_and_other_staff_find_nothing(
    home: Household, paid: Premium, ding: Client
) -> None:
    hand_over(ding)
    file = Collection.objects.get()
    for kind, scope, found in (
        ("finance_clerk", WUHU, 404), ("case_officer", HEFEI, 404), ("auditor", "34", 200),
    ):  # fmt: skip
        client = Client()
        client.force_login(staff(f"{kind}-{scope}", kind, scope))
        assert client.get(f"{DESK}{file.pk}/").status_code == found, kind
        assert hand_over(client, "large_amount") in {403, 404}, kind
    assert Collection.objects.count() == 1


def test_a_premium_of_an_earlier_year_does_not_bar_this_year(home: Household) -> None:
    enter(home, "large_amount", "96.00")
    Premium.objects.create(
        insured=home.person("lin"), area=HEFEI, product="large_amount", year=home.today.year - 1,
        amount=90, paid_on=date(home.today.year - 1, 11, 1), state_on=home.today,
    )  # fmt: skip
    assert client_of(home, "lin").post("/premiums/me/large_amount/").status_code == 302
