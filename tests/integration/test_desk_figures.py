"""Figures: added up once a month's bills change, shown as pictures with tables, taken as files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.test import Client

from claims.models import Claim
from oversight.adding_up import bring_up_to_date
from oversight.models import CareFigure, FiguresMonth
from oversight.pictures import pictures_of
from oversight.sums import Wish, sums_for
from policy.counting import count_refusal
from record.models import Role
from record.quotas import QUOTAS
from tests.people import HEFEI, WUHU, contribute, credit, enrol_one, hospital, staff
from tests.seeded import DAY, claim, seed

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        seed(people=60)
        mei = enrol_one("mei", area=HEFEI, born=date(1950, 1, 1), retired_on=date(2010, 1, 1))
        lin = enrol_one("lin", area=HEFEI)
        contribute(lin, month=MONTH, day=DAY)
        credit(HEFEI, month=MONTH, day=DAY)
        level3 = hospital(WUHU, level=3)
        bill = claim(mei, level3, 1000, DAY, payers=[(lin.pk, "200.00")])
        bill.decision["provider_level"] = 3
        bill.decision["payers"][0]["area"] = WUHU
        bill.save()
        count_refusal(code="no_policy_in_force", day=DAY, door="interface", area=HEFEI)
        count_refusal(code="=cmd", day=DAY, door="interface", area=HEFEI)
        bring_up_to_date(today=DAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ding(made: None, db: None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff("ding", Role.Kind.FINANCE_CLERK, "34"))
    return client


def test_the_sums_are_those_of_the_bills_that_stand(ding: Client) -> None:
    sums = sums_for(Wish(areas=[HEFEI, WUHU], first=MONTH, last=MONTH))
    care = sums.care_by_month[MONTH]
    bills = Claim.objects.filter(state="settled", settled_on__gte=MONTH)
    assert care.bills == bills.count() == care.home + care.province + care.away
    assert care.gross == sum(bill.gross for bill in bills)
    assert care.pool + care.own + care.shared + care.cash == care.gross
    assert care.shared_across == Decimal("200.00")
    assert sums.care_by_area[HEFEI].bills == care.bills
    old = sums.care_by_age[70]
    assert (old.bills, old.province, old.first_level, old.gross) == (1, 1, 0, Decimal("1000.00"))
    assert sums.credits_by_month[MONTH].amount == Decimal("170.00")
    assert sums.credits_by_age[70].retired == Decimal("70.00")
    assert dict(sums.refusals)["no_policy_in_force"] == 1
    young = sums_for(Wish(areas=[HEFEI], first=MONTH, last=MONTH, age=18))
    assert MONTH not in young.care_by_month


def test_a_month_is_added_up_anew_only_where_something_has_changed(ding: Client) -> None:
    later = DAY + timedelta(days=70)
    assert bring_up_to_date(today=later) == [date(2026, 12, 1), date(2027, 1, 1)]
    assert bring_up_to_date(today=later) == [date(2026, 12, 1), date(2027, 1, 1)]
    before = CareFigure.objects.filter(month=MONTH).count()
    bill = Claim.objects.filter(settled_on__gte=MONTH, gross=1000, shared_paid=200)
    bill.update(state="refunded", undone_on=later)
    assert MONTH in bring_up_to_date(today=later)
    assert CareFigure.objects.filter(month=MONTH).count() == before - 1
    assert FiguresMonth.objects.filter(month=MONTH).count() == 1


def test_the_page_draws_each_picture_with_its_table(
    ding: Client, django_assert_max_num_queries: Any
) -> None:
    ding.get("/desk/")  # The first page of a session notes where it is.
    with django_assert_max_num_queries(14):
        page = ding.get("/desk/figures/").content.decode()
    assert page.count('<figure class="chart"') == 6
    assert page.count("<details>") >= 6
    assert " style=" not in page
    assert "no_policy_in_force" in page
    sums = sums_for(Wish(areas=[HEFEI], first=date(2026, 9, 1), last=MONTH))
    for picture in pictures_of(sums):
        assert len(picture.rows) == 3
        for bar in picture.bars:
            for place in (bar.x, bar.y, bar.width, bar.height):
                assert -0.01 <= float(place[:-1]) <= 100.01, picture.name


def test_every_table_is_a_file_without_formulas(ding: Client) -> None:
    for name in ("credits", "payers", "places", "first_level", "sharing", "sharing_bills",
                 "by_area", "by_age", "refusals"):  # fmt: skip
        answer = ding.get(f"/desk/figures/{name}.csv?first=2026-11&last=2026-11")
        assert answer.status_code == 200, name
        assert len(answer.content.decode("utf-8-sig").splitlines()) >= 2, name
        book = openpyxl.load_workbook(
            io.BytesIO(ding.get(f"/desk/figures/{name}.xlsx?first=2026-11&last=2026-11").content)
        )
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
        assert all(cell.data_type in {"s", "n"} for cell in cells), name
    refusals = ding.get("/desk/figures/refusals.csv?first=2026-11&last=2026-11")
    assert "'=cmd" in refusals.content.decode("utf-8-sig")
    assert ding.get("/desk/figures/other.csv").status_code == 404
    assert ding.get("/desk/figures/credits.pdf").status_code == 404


@pytest.mark.parametrize(
    "query", ["first=2020-01&last=2026-11", "first=2026-11&last=2026-01", "first=soon", "age=7",
              "area=321000"],
)  # fmt: skip
def test_a_wish_that_would_cost_too_much_or_makes_no_sense_is_refused(
    ding: Client, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(wish: Wish) -> Any:
        raise AssertionError("nothing is read for it")

    monkeypatch.setattr("oversight.desk.figures.sums_for", never)
    assert ding.get(f"/desk/figures/?{query}").status_code == 400
    assert ding.get(f"/desk/figures/credits.csv?{query}").status_code == 404


def test_a_clerk_of_wuhu_sees_nothing_of_hefei(made: None, db: None) -> None:
    wuhu = Client(headers={"accept-language": "en"})
    wuhu.force_login(staff("tian", Role.Kind.FINANCE_CLERK, WUHU))
    text = wuhu.get("/desk/figures/by_area.csv?first=2026-11&last=2026-11").content.decode()
    assert "Hefei" not in text
    assert wuhu.get(f"/desk/figures/?area={HEFEI}").status_code == 400
    zhou = Client()
    zhou.force_login(staff("zhou", Role.Kind.CASE_OFFICER, HEFEI))
    assert zhou.get("/desk/figures/").status_code == 404


def test_one_user_cannot_ask_without_end_and_others_go_on(
    ding: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(QUOTAS, "figures", 3)
    codes = [ding.get("/desk/figures/").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    other = Client()
    other.force_login(staff("fu", Role.Kind.FINANCE_CLERK, "34"))
    assert other.get("/desk/figures/").status_code == 200
