"""The pages without sign-in, as they are served: the calculator, the rules, the register."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from claims.models import Institution, InstitutionTerm
from claims.reasons import REASONS
from tests.household import BEGINNING, HEFEI, WUHU, YANGZHOU, Household, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "zh-CN"})


def text_of(client: Client, url: str, *, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


# --- what would I pay -----------------------------------------------------------------------------


def test_the_address_of_an_answer_holds_the_whole_question(
    home: Household, visitor: Client
) -> None:
    url = "/calculator/?area=340100&who=active&bill=1500&account=100"
    page = text_of(visitor, url)
    # The deductible of 500 first; of 1,000 the fund pays 70, 65 and 60 percent, an example.
    for figure in ("700.00", "650.00", "600.00", "示例数值", "少付 100.00 元"):
        assert figure in page
    assert text_of(visitor, url).count("700.00") == page.count("700.00")


def test_without_a_rule_the_page_says_so_and_names_no_figure(
    home: Household, visitor: Client
) -> None:
    page = text_of(visitor, "/calculator/?area=340100&who=active&bill=1500&day=2021-01-01")
    assert "没有门诊报销的规定" in page
    assert "700.00" not in page


def test_the_calculator_says_why_the_fund_pays_nothing(home: Household, visitor: Client) -> None:
    url = "/calculator/?area=340100&who=active&bill=500&account=100&place=elsewhere"
    page = text_of(visitor, url)
    with override("zh-hans"):
        assert str(REASONS["remote_not_registered"]) in page


def test_a_wrong_amount_is_answered_with_400_and_a_plain_sentence(visitor: Client) -> None:
    page = text_of(visitor, "/calculator/?area=340100&who=active&bill=abc", status=400)
    assert "请写金额，比如 500 或 86.50。" in page
    assert "请改正：" in page


def test_a_member_finds_their_own_figures_filled_in(home: Household) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users["mei"])
    answer = client.get("/calculator/")
    page = answer.content.decode()
    assert "已按您自己的情况填好" in page
    assert re.search(r'name="deductible" value="500\.00"', page)
    assert answer["Cache-Control"] == "no-store"
    assert "已按您自己的情况填好" not in text_of(Client(), "/calculator/")


# --- the rules of each area -----------------------------------------------------------------------


def test_two_areas_stand_beside_each_other(home: Household, visitor: Client) -> None:
    page = text_of(visitor, f"/rules/?area={HEFEI}&other={YANGZHOU}")
    assert "7,000.00 元" in page
    assert "满 18 岁" not in page  # the same in both
    assert "满 18 岁" in text_of(visitor, f"/rules/?area={HEFEI}&other={YANGZHOU}&everything=on")


@pytest.mark.parametrize("query", ["area=999999", "area=340100&day=yesterday", "other=moon"])
def test_an_unknown_area_or_day_is_answered_with_400(visitor: Client, query: str) -> None:
    text_of(visitor, f"/rules/?{query}", status=400)


# --- the register ---------------------------------------------------------------------------------


@pytest.fixture
def register(home: Household) -> None:
    def add(
        code: str, name: str, *, area: str = HEFEI, kind: str = "hospital", **term: Any
    ) -> None:
        phone = "0551-6500 0000，转 8" if code == "A" else ""
        institution = Institution.objects.create(
            code=code, name=name, area=area, kind=kind, phone=phone
        )
        begins = term.pop("begins_on", BEGINNING)
        InstitutionTerm.objects.create(
            institution=institution, begins_on=begins, **({"level": 1} | term)
        )

    add("A", "包河滨湖医院", level=3)
    add("B", "芜湖长江大药房", area=WUHU, kind="pharmacy", level=0, outpatient=False)
    add("C", "已撤点诊所", designated=False)
    add("D", "已到期诊所", ends_on=home.today)
    add("E", "明天才有的诊所", begins_on=home.today + timedelta(days=1))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=滨湖", {"A"}),
        ("q=binhu", {"A"}),
        ("q=bhbhyy", {"A"}),
        ("q=Wuhu Chang'jiang", {"B"}),
        ("area=340200", {"B"}),
        ("kind=pharmacy", {"B"}),
        ("level=3", {"A"}),
        ("area=340200&outpatient=on", set()),
        ("q=诊所", set()),
        ("q=%25", set()),
    ],
)
def test_an_institution_is_found_by_what_one_knows_of_it(
    visitor: Client, register: None, query: str, found: set[str]
) -> None:
    rows = visitor.get(f"/institutions/?{query}").context["rows"]
    assert {row["institution"].code for row in rows} == found


def test_a_phone_number_becomes_one_that_a_phone_can_dial(visitor: Client, register: None) -> None:
    assert 'href="tel:055165000000"' in text_of(visitor, "/institutions/?q=滨湖")


def test_a_long_list_comes_in_pages_that_keep_the_question(visitor: Client, register: None) -> None:
    for order in range(25):
        one = Institution.objects.create(
            code=f"X{order}", name=f"和平药房{order}店", area=HEFEI, kind="pharmacy"
        )
        InstitutionTerm.objects.create(institution=one, begins_on=BEGINNING, level=0)
    page = text_of(visitor, "/institutions/?q=hpyf&kind=pharmacy")
    assert "q=hpyf&amp;kind=pharmacy&amp;page=2" in page
    assert len(visitor.get("/institutions/?q=hpyf&page=2").context["rows"]) == 5


def test_an_institution_s_sound_follows_its_name(register: None) -> None:
    one = Institution.objects.get(code="A")
    one.name = "蜀山医院"
    one.save()
    one.refresh_from_db()
    assert one.sound.startswith("shushanyiyuan ")


def test_a_search_word_cannot_break_out_of_the_page(visitor: Client, register: None) -> None:
    page = text_of(visitor, '/institutions/?q="><script>alert(1)</script>')
    assert "<script>alert" not in page


# --- the help -------------------------------------------------------------------------------------


def test_the_help_names_no_figure_of_the_law(visitor: Client) -> None:
    page = text_of(visitor, "/help/")
    answers = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(answers) > 20
    words = re.sub(r"<[^>]+>", "", " ".join(answers))
    assert set(re.findall(r"\d+", words)) <= {"1"}  # 1 January


def test_every_page_without_sign_in_has_the_hotline_and_few_queries(
    home: Household, visitor: Client, django_assert_max_num_queries: Any
) -> None:
    for url in (
        "/",
        "/calculator/?area=340100&who=active&bill=500",
        "/rules/?area=340100&other=321000",
        "/help/",
        "/institutions/",
        "/display/",
        "/login/login/",
        "/login/signup/",
    ):
        with django_assert_max_num_queries(12):
            assert "tel:12393" in text_of(visitor, url), url
