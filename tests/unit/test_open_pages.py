"""What anybody may ask without signing in: the sums of the calculator, the words of the rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from claims.engine.facts import ZERO
from policy.book import Book, load_book
from policy.explaining import diff
from policy.plainly import changed_rows, row_of, say
from policy.sentences import SENTENCES
from portal.area_rules import Side, rules_context
from portal.calculating import Answer, Question, answer
from portal.calculator_forms import CalculatorForm
from portal.calculator_page import page_of

DAY = date(2024, 6, 3)
YANGZHOU, YANTAI, SUIZHOU, HEFEI, PROVINCIAL = "321000", "370600", "421300", "340100", "349900"


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book()


def asked(book: Book, area: str, bill: str, **facts: object) -> Answer:
    question = Question(area=area, day=DAY, retired=False, bill=Decimal(bill))
    for name, value in facts.items():
        object.__setattr__(question, name, value)
    found = answer(question, book=book)
    assert found is not None
    return found


def test_a_bill_is_shared_as_the_notice_says(book: Book) -> None:
    found = asked(book, YANGZHOU, "1600.00", account=Decimal("100.00"))
    # 1,600 less the deductible of 600 leaves 1,000, of which 70, 65 and 60 percent are paid.
    assert [at.decision.pool for at in found.levels] == [Decimal(n) for n in (700, 650, 600)]
    assert [at.account for at in found.levels] == [Decimal(100)] * 3
    assert [at.cash for at in found.levels] == [Decimal(n) for n in (800, 850, 900)]
    assert (found.cheapest, found.dearest, found.saving) == (1, 3, Decimal(100))


def test_relatives_pay_after_ones_own_account_and_before_cash(book: Book) -> None:
    found = asked(book, YANGZHOU, "1600.00", account=Decimal("100.00"), relatives=Decimal("820.00"))
    assert [at.account for at in found.levels] == [Decimal(100)] * 3
    assert [at.relatives for at in found.levels] == [Decimal(n) for n in (800, 820, 820)]
    assert [at.cash for at in found.levels] == [Decimal(n) for n in (0, 30, 80)]
    with override("zh-hans"):
        page = page_of(found, book=book)
    assert [part["kind"] for part in page["levels"][2]["parts"]] == ["cash", "kin", "self", "fund"]
    assert any("家人的账户" in step.sum for step in page["levels"][0]["steps"])


def test_a_page_says_why_the_fund_pays_nothing_and_where_relatives_do_not_pay(book: Book) -> None:
    found = asked(book, SUIZHOU, "500.00", place="elsewhere", relatives=Decimal("10.00"))
    with override("zh-hans"):
        page = page_of(found, book=book)
    assert len(page["reason_words"]) == 1
    assert "异地登记" in page["reason_words"][0]
    assert page["relatives_elsewhere"]


def test_nobody_pays_for_another_one_in_the_provincial_direct_scheme(book: Book) -> None:
    given = {"area": PROVINCIAL, "who": "active", "bill": "500", "relatives": "10"}
    form = CalculatorForm(given, book=book, today=DAY)
    assert "relatives" in form.errors


def test_what_the_year_has_used_is_counted(book: Book) -> None:
    found = asked(
        book,
        YANGZHOU,
        "1000.00",
        deductible_used=Decimal("600.00"),
        pool_used=Decimal("6900.00"),
    )
    assert [at.decision.deductible for at in found.levels] == [ZERO] * 3
    assert [at.decision.pool for at in found.levels] == [Decimal("100.00")] * 3


def test_what_is_outside_the_catalogue_is_paid_by_the_account_but_not_by_the_fund(
    book: Book,
) -> None:
    found = asked(
        book,
        YANGZHOU,
        "700.00",
        outside=Decimal("100.00"),
        deductible_used=Decimal("600.00"),
        account=Decimal("1000.00"),
    )
    first = found.levels[0]
    assert first.decision.pool == Decimal("420.00")
    assert (first.account, first.cash) == (Decimal("280.00"), ZERO)


@pytest.mark.parametrize(
    ("area", "place", "pool"),
    [
        (SUIZHOU, "elsewhere", "0.00"),
        (SUIZHOU, "registered", "400.00"),
        (YANTAI, "elsewhere", "280.00"),
        (YANTAI, "registered", "350.00"),
    ],
)
def test_being_elsewhere_is_judged_by_ones_own_area(
    book: Book, area: str, place: str, pool: str
) -> None:
    assert asked(book, area, "1000.00", place=place).levels[0].decision.pool == Decimal(pool)


def test_no_figure_is_made_up_where_none_is_in_force(book: Book) -> None:
    # Anhui's outpatient figures are open until staff enter them.
    question = Question(area=HEFEI, day=DAY, retired=False, bill=Decimal(500))
    assert answer(question, book=book) is None


def test_the_columns_add_up_to_the_bill_whatever_is_asked(book: Book) -> None:
    for bill in ("0.00", "0.01", "599.99", "600.01", "123456.78"):
        for at in asked(book, YANGZHOU, bill, account=Decimal("50.00")).levels:
            assert at.decision.pool + at.account + at.relatives + at.cash == Decimal(bill)
            assert at.own == at.account + at.relatives + at.cash


def test_each_step_is_said_with_its_clause(book: Book) -> None:
    with override("zh-hans"):
        page = page_of(asked(book, YANGZHOU, "1600.00"), book=book)
    titles = [step.title for step in page["levels"][2]["steps"]]
    assert any("60%" in title for title in titles)
    cited = [clause.text for step in page["levels"][0]["steps"] for clause in step.clauses]
    assert any("扬府规〔2022〕4号 第七问" in text for text in cited)
    assert page["sentence"] == "同一张账单，一级及以下比三级医院少付 100.00 元。"


def form(book: Book, **data: str) -> CalculatorForm:
    given = {"area": YANGZHOU, "who": "active", "bill": "500"} | data
    return CalculatorForm(given, book=book, today=DAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("500", "500.00"), ("1,200.5", "1200.50"), ("１２００．５", "1200.50"), ("86.5元", "86.50")],
)
def test_an_amount_may_be_typed_as_people_type_it(book: Book, typed: str, meant: str) -> None:
    filled = form(book, bill=typed)
    assert filled.is_valid(), filled.errors
    assert filled.question().bill == Decimal(meant)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("bill", ""),
        ("bill", "-1"),
        ("bill", "NaN"),
        ("bill", "1e99"),
        ("bill", "0.001"),
        ("bill", "1000001"),
        ("bill", "五百"),
        ("outside", "501"),
        ("area", "999999"),
        ("who", "child"),
        ("day", "2024-02-30"),
        ("place", "moon"),
    ],
)
def test_a_wrong_entry_is_said_beside_its_field(book: Book, field: str, typed: str) -> None:
    assert field in form(book, **{field: typed}).errors


def test_whose_money_goes_to_a_bank_card_has_no_account_to_pay_with(book: Book) -> None:
    assert "account" in form(book, area=PROVINCIAL, account="10").errors


# --- the rules in words ---------------------------------------------------------------------------


def test_every_rule_of_an_area_is_on_its_page(book: Book) -> None:
    for area in book.areas:
        entries = book.explain(area, DAY)
        context = rules_context(side=Side(area, DAY), other=None, only_changes=False, book=book)
        shown = [row["key"] for chapter in context["chapters"] for row in chapter["rows"]]
        assert set(shown) == {row_of(entry.key) for entry in entries}
        assert len(shown) == len(set(shown))


def test_every_value_in_force_is_said_in_words(book: Book) -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            for area in book.areas:
                for said in say(book.explain(area, DAY), area_name=str).values():
                    assert said.lines, said.key
                    for line in said.lines:
                        assert line.strip(), said.key
                        assert "{" not in line, line
                        assert "frozenset" not in line, line
                        assert line not in ("True", "False"), said.key


def test_every_word_of_a_choice_has_a_sentence(book: Book) -> None:
    for area in book.areas:
        for entry in book.explain(area, DAY):
            if isinstance(entry.value, bool | str):
                assert entry.value in SENTENCES[entry.key], entry.key


def test_the_terms_are_said_with_their_figures(book: Book) -> None:
    with override("zh-hans"):
        said = say(book.explain(YANTAI, DAY), area_name=str)
    words = " ".join(said["outpatient"].lines)
    assert "在职：起付线 1 级 500.00 元、2 级 800.00 元、3 级 800.00 元" in words
    assert "退休：过了起付线，统筹基金付 1 级 75%、2 级 65%、3 级 55%" in words


def test_two_days_show_what_has_changed_between_them(book: Book) -> None:
    before, after = (book.explain(HEFEI, day) for day in (date(2024, 5, 31), date(2024, 6, 1)))
    changed = changed_rows(diff(before, after))
    assert {"cross_area_sharing", "family_seats"} <= changed
    assert "sharing_open" not in changed
    context = rules_context(
        side=Side(HEFEI, date(2024, 5, 31)),
        other=Side(HEFEI, date(2024, 6, 1)),
        only_changes=True,
        book=book,
    )
    keys = {row["key"] for chapter in context["chapters"] for row in chapter["rows"]}
    assert keys == changed
