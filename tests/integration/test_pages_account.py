"""The account's pages: the filtered book, its files, and the interest day by day."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.closing import close_year
from accounts.earning import year_earned
from accounts.models import AccountYear, LedgerAccount
from accounts.queries import account_of
from claims import operations as claims
from claims.models import Institution
from members.models import User
from policy.queries import current_book
from record.documents import MISSING_GLYPH, printable
from record.models import AuditRecord, Document
from record.quotas import QUOTAS
from tests.household import Household, standing
from tests.people import ACTOR, HEFEI, bill, bound, done, enrol, give_money, hospital

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(user)
    return client


def plain(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def test_a_filter_leaves_the_running_balance_as_it_was(home: Household) -> None:
    lin = client_of(home.users["lin"])
    whole, some = (plain(lin.get("/account/" + query).content) for query in ("", "?kind=shared"))
    assert "替梅晓云付" in some
    assert "划入" not in some[some.index("年收支") : some.index("年一览")]
    for balance in re.findall(r"余 ([\d,.]+)", some):
        assert f"余 {balance}" in whole
    assert "这一年没有这类收支" in plain(lin.get("/account/?kind=premium").content)
    assert lin.get("/account/?kind=everything").status_code == 404


def test_the_picture_of_the_year_adds_up_to_the_balance(home: Household) -> None:
    text = plain(client_of(home.users["lin"]).get("/account/").content)
    # Everything of this household was posted this year.
    assert re.search(r"全年增减 \+634\.56", text)


def test_the_table_of_movements_has_every_line_and_no_formula(home: Household) -> None:
    payloads = (
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(0)", "=cmd|' /C calc'!A0",
        "-2+3", "+cmd", "@a", "=@a",
    )  # fmt: skip
    mei = home.person("mei")
    for payload in payloads:
        mei.name = payload
        mei.save(update_fields=["name"])
        Institution.objects.filter(pk=home.hospital.pk).update(name=payload)
        answer = client_of(home.users["lin"]).get("/account/movements.csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert all(not re.match(r"[-=+@\t\r]", cell) for row in rows for cell in row)
    assert answer["Content-Disposition"].startswith("attachment")
    assert len(rows) - 1 == 8
    assert rows[1][-1] == "634.56"


def test_a_statement_is_genuine_by_its_numbers_and_by_its_file(home: Household) -> None:
    lin = client_of(home.users["lin"])
    answer = lin.post("/account/statement/", {"year": home.today.year})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    document = Document.objects.get(person=home.person("lin"))
    asked = Client(headers={"accept-language": "zh-CN"})

    def says(number: str, check: str) -> str:
        page = asked.get("/verify/", {"number": number, "check_code": check})
        return plain(page.content)

    spaced = " ".join(re.findall("....", document.check_code.lower()))
    assert "是真的" in says(document.number, spaced)
    assert "不是本系统开出的" in says(document.number, "ABCDEFGHJKMN")
    assert "林志远" not in says(document.number, document.check_code)
    for content, expected in ((answer.content, "是真的"), (answer.content + b" ", "不是本系统")):
        page = asked.post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)})
        assert expected in plain(page.content)
    assert AuditRecord.objects.filter(
        verb="document.statement", subject=home.person("lin")
    ).exists()


def test_nobody_tries_numbers_of_documents_out(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(QUOTAS, "genuine", 2)
    asked = Client(headers={"accept-language": "zh-CN"})
    guess = {"number": "ABCDEFGHJKMN", "check_code": "ABCDEFGHJKMN"}
    assert [asked.get("/verify/", guess).status_code for _ in range(3)] == [200, 200, 429]
    assert asked.get("/verify/").status_code == 200
    elsewhere = Client(REMOTE_ADDR="203.0.113.8")
    assert elsewhere.get("/verify/", guess).status_code == 200


def test_statements_have_a_limit_a_day(home: Household, settings: Any) -> None:
    settings.DOCUMENTS_A_DAY = 1
    lin = client_of(home.users["lin"])
    assert lin.post("/account/statement/", {"year": home.today.year}).status_code == 200
    assert lin.post("/account/statement/", {"year": home.today.year}).status_code == 429
    assert lin.post("/account/statement/", {"year": "1999"}).status_code == 404


def test_a_character_that_the_font_lacks_is_marked_and_not_left_out() -> None:
    assert printable("䶮王阿明 − 3.5") == "䶮王阿明 − 3.5"
    assert printable("\U00030edd") == MISSING_GLYPH


@pytest.fixture
def saver(db: None) -> LedgerAccount:
    """Two years of lin's account with money spent in each, the first one closed."""
    lin, mei = enrol("林一", "梅一")
    bound(lin, mei, day=date(2023, 1, 5))
    give_money({lin: "180.00"}, month=date(2023, 1, 1), day=date(2023, 1, 20))
    done(
        claims.settle(bill=_bill(mei, "33.33", date(2023, 5, 6)), day=date(2023, 5, 6), actor=ACTOR)
    )
    done(close_year(area=HEFEI, year=2023, day=date(2024, 1, 8), actor=ACTOR))
    give_money({lin: "99.99"}, month=date(2024, 2, 1), day=date(2024, 2, 20))
    account = account_of(lin.pk)
    assert account is not None
    return account


def _bill(patient: Any, amount: str, day: date) -> Any:

    return bill(patient, hospital(), amount, day=day, category="account_only")


def test_the_days_come_to_what_was_posted(saver: LedgerAccount) -> None:
    row = AccountYear.objects.get(account=saver, year=2023)
    earned = year_earned(saver, year=2023, today=date(2024, 3, 1), book=current_book())
    assert earned.posted is not None
    assert earned.is_as_posted
    assert earned.interest.current == row.interest_current > 0
    assert [(s.first, s.balance) for leg in earned.legs for s in leg.stretches] == [
        (date(2023, 1, 20), Decimal("180.00")),
        (date(2023, 5, 6), Decimal("146.67")),
    ]
    assert earned.turned == saver.carried


def test_an_open_year_is_told_up_to_yesterday(saver: LedgerAccount) -> None:
    earned = year_earned(saver, year=2024, today=date(2024, 3, 1), book=current_book())
    assert earned.posted is None
    assert earned.through == date(2024, 2, 29)
    assert [s.days for s in earned.leg_sums("current")[0].stretches] == [10]
    assert earned.opening == Decimal("146.67")


def test_the_page_shows_days_rates_sum_and_rounding(saver: LedgerAccount) -> None:
    assert saver.person is not None
    saver.person.user = User.objects.create_user("saver")
    saver.person.save(update_fields=["user"])
    text = plain(client_of(saver.person.user).get("/account/interest/?year=2023").content)
    for words in ("2023-01-20 – 2023-05-05", "106 天", "180.00", "146.67 240", "0.35% ÷ 365",
                  "四舍五入到分"):  # fmt: skip
        assert words.split()[0] in text, words
    assert client_of(saver.person.user).get("/account/interest/?year=1999").status_code == 404


def test_who_has_no_account_has_no_file_of_it(home: Household) -> None:
    wen = client_of(home.users["wen"])
    assert wen.get("/account/movements.csv").status_code == 404
    assert wen.get("/account/interest/").status_code == 404
    assert wen.post("/account/statement/", {"year": home.today.year}).status_code == 404
