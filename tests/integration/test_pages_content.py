"""What the members' pages say, what they keep to themselves, and how much they ask for."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.explain import explain
from claims.own import payers_of
from claims.reasons import REASONS
from families.departures import report_death
from policy.queries import current_book
from tests.household import ACTOR, Household, standing

pytestmark = pytest.mark.django_db

#: Ours, and those of the middleware: session, user, and three for "where I am signed in".
QUERIES = 12 + 3


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def page(home: Household, name: str, url: str, language: str = "zh-CN") -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(home.users[name])
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_home_shows_balance_year_movements_and_payers(home: Household) -> None:
    text = plain(page(home, "lin", "/home/"))
    assert "林志远" in text
    assert "634.56" in text
    assert "还差 500.00 元到起付线" in text
    assert "全年限额 3,000.00" in text
    assert text.index("梅晓云，妻子") < text.index("林国栋，父亲")
    assert "这一页用了示例数值" in text


def test_whoever_has_no_account_reads_why(home: Household) -> None:
    assert "居民医保没有个人账户" in plain(page(home, "wen", "/account/"))
    assert "您的参保方式没有个人账户" in plain(page(home, "pan", "/home/"))
    text = plain(page(home, "shen", "/account/"))
    assert "直接打到银行卡" in text
    assert "200.00" in text
    assert "省直医保不参加家庭共济" in plain(page(home, "shen", "/family/"))


def test_a_payer_sees_person_day_and_amount_and_nothing_else(home: Household) -> None:
    for url in ("/account/", "/home/"):
        text = plain(page(home, "lin", url))
        assert "替梅晓云付" in text
        own = text.count(home.hospital.name)
        # Lin's own bill names the hospital; what he paid for mei does not.
        assert own == 1, url
        assert "检查" not in text
    text = plain(page(home, "lin", "/account/"))
    assert "−699.22" in text
    assert "替梅晓云付的费用退回" in text
    assert home.claims["big"].number not in page(home, "lin", "/account/")


def test_the_running_balance_ends_at_the_balance(home: Household) -> None:
    text = plain(page(home, "lin", "/account/"))
    newest = re.search(r"余 ([\d,.]+)", text)
    assert newest is not None
    assert newest[1] == "634.56"
    assert "进 1,465.22，出 830.66" in text


def test_the_account_has_no_year_without_movements(home: Household) -> None:
    client = Client()
    client.force_login(home.users["lin"])
    for year in ("1999", "x", "²"):
        assert client.get("/account/", {"year": year}).status_code == 404


def test_a_settlement_prints_its_stored_steps(home: Household) -> None:
    text = plain(page(home, "mei", "/care/JS20260001/"))
    for words in (
        "2,600.00 − 5.00 不在报销范围 − 1.50 乙类先自付", "剩 2,593.50",
        "2,093.50 × 65%", "没有超过全年限额", "皖医保秘〔2022〕49号 第一部分（四）",
        "皖医保中心〔2024〕39号 第二部分（三）第 1 点", "示例数值", "林志远的个人账户",
    ):  # fmt: skip
        assert words in text, words
    assert home.id_numbers["mei"] not in text


def test_a_refunded_settlement_says_so(home: Household) -> None:
    assert "已退费，钱都退回原处了" in plain(page(home, "mei", "/care/JS20260003/"))


def test_every_reason_of_the_engine_has_its_words(home: Household) -> None:
    text = plain(page(home, "lin", "/care/JS20260004/"))
    assert "没有申请统筹基金" in text
    engine = (
        "account_only hospital_stay ltc_specialised merged_into_admission no_prescription"
        " not_designated not_in_good_standing not_outpatient_designated pharmacy_not_covered"
        " remote_not_networked remote_not_registered resident_scheme settled_by_other_benefit"
    )
    assert set(REASONS) == set(engine.split())


def test_explaining_changes_no_figure(home: Household) -> None:
    claim = home.claims["big"]
    book = current_book()
    steps = explain(
        claim,
        documents=book.documents,
        payers=payers_of(claim),
        payer_order=book.rules(claim.area, claim.settled_on).payer_order.source,
    ).steps
    assert [step.amount for step in steps][2:4] == [claim.pool, claim.pool]
    assert steps[-1].amount == claim.cash


def test_the_family_page_draws_seven_seats_and_says_why_a_binding_ended(home: Household) -> None:
    html = page(home, "lin", "/family/")
    assert html.count('<li class="seat') == 7
    text = plain(html)
    assert "坐了 3 位，还空 4 位" in text
    assert "您的账户替林宝儿付款" in text
    assert "账户本人解除" in text
    assert home.id_numbers["mei"] not in text
    # Where an area has no limit there are as many as are taken, and an empty one.
    assert page(home, "yang", "/family/").count('<li class="seat') == 2


def test_unbinding_takes_two_steps(home: Household) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["mei"])
    url = f"/family/{home.bindings['lin-mei'].pk}/end/"
    assert "不再使用林志远的账户" in client.get(url).content.decode()
    home.bindings["lin-mei"].refresh_from_db()
    assert home.bindings["lin-mei"].ended_on is None
    assert client.post(url)["Location"] == "/family/"
    home.bindings["lin-mei"].refresh_from_db()
    assert home.bindings["lin-mei"].ended_code == "left"
    assert client.get(url).status_code == 404


def test_me_shows_masked_numbers_and_who_looked(home: Household) -> None:
    from record.operations import Actor, audit

    user = home.users["zhou"]
    audit(
        actor=Actor(name="周经办", user_id=user.pk),
        verb="members.look",
        subject_id=home.person("lin").pk,
        purpose="核对缴费",
    )
    html = page(home, "lin", "/me/")
    assert home.id_numbers["lin"] not in html
    assert "9999**********" in html
    assert "138****0000" in html
    assert "周经办" in html
    assert "查看了您的档案" in html
    assert "核对缴费" in html


def test_an_ended_insurance_stays_readable(home: Household) -> None:
    report_death(person_id=home.person("yu").pk, died_on=home.today, day=home.today, actor=ACTOR)
    for url in ("/home/", "/family/", "/me/"):
        assert "参保已经终止" in plain(page(home, "yu", url)), url
    assert "其中一位的参保已经终止" in plain(page(home, "lin", "/family/"))


@pytest.mark.parametrize(
    "url", ["/home/", "/account/", "/family/", "/care/", "/care/JS20260001/", "/me/"]
)
def test_pages_keep_to_their_budget_of_queries(home: Household, url: str) -> None:
    client = Client()
    client.force_login(home.users["mei"])
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    asked = [q["sql"] for q in captured.captured_queries]
    asked = [sql for sql in asked if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", sql)]
    assert len(asked) <= QUERIES, "\n".join(asked)


def test_english_pages_are_english(home: Household) -> None:
    text = plain(page(home, "mei", "/care/JS20260001/", language="en"))
    assert "Up to the deductible it is yours to pay" in text
    assert "section 1.4" in text
    # Names of persons, places and items and numbers of documents stay as they are.
    text = re.sub(r"[一-鿿]+〔\d+〕\d+号", "", text)
    for name in ("梅晓云", "林志远", "庐阳第二人民医院", "检查", "自费项目", "药"):
        text = text.replace(name, "")
    assert set(re.findall(r"[一-鿿]+", text)) <= {"中文"}
