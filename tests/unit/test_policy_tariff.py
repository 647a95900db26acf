"""The monthly credit of every area, in the words of its notice, at every edge of date and age."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from policy.book import Book, EnteredFigure, MemberMonth, NoAccount, Price, Unpriced, load_book

HEFEI, DIRECT = "340100", "349900"
YANGZHOU, YANTAI, SUIZHOU = "321000", "370600", "421300"
AREAS = (HEFEI, DIRECT, YANGZHOU, YANTAI, SUIZHOU)


def member(**given: object) -> MemberMonth:
    """An employed member in combined mode, 40 years old, with a base of 5000, but for what is
    given."""
    usual: dict[str, object] = {
        "scheme": "employee",
        "mode": "combined",
        "employment": "employed",
        "retired": False,
        "age": 40,
        "base": None if given.get("retired") else Decimal("5000.00"),
    }
    return MemberMonth(**(usual | given))  # type: ignore[arg-type]


def pension(area: str, amount: str) -> EnteredFigure:
    return EnteredFigure(id=1, scope=area, key="average_basic_pension", value=amount)


def credited(area: str, month: str, who: MemberMonth, book: Book | None = None) -> str:
    """The amount, `none` for no account, or the reason why there is no price."""
    tariff = (book or load_book()).tariff(area, date.fromisoformat(f"{month}-01"))
    found = tariff.price(who)
    if isinstance(found, Price):
        return str(found.amount)
    return "none" if isinstance(found, NoAccount) else found.reason


class TestAnhui:
    @pytest.mark.parametrize("area", [HEFEI, "341800", DIRECT])
    def test_credits_two_per_cent_to_active_members_in_combined_mode(self, area: str) -> None:
        assert credited(area, "2022-07", member()) == "100.00"
        assert credited(area, "2026-11", member(base=Decimal("4321.17"))) == "86.42"
        assert credited(area, "2022-07", member(employment="flexible")) == "100.00"

    def test_credits_seventy_to_retirees_of_both_modes(self) -> None:
        assert credited(HEFEI, "2022-07", member(retired=True)) == "70.00"
        assert credited(HEFEI, "2022-07", member(retired=True, mode="pool_only")) == "70.00"

    def test_leaves_the_months_before_july_2022_to_staff(self) -> None:
        assert credited(HEFEI, "2022-06", member()) == "no_price_in_force"
        assert credited(HEFEI, "2022-06", member(retired=True)) == "no_price_in_force"

    @pytest.mark.parametrize("month", ["2022-06", "2022-07", "2026-11"])
    def test_keeps_no_account_for_active_members_in_pool_only_mode(self, month: str) -> None:
        assert credited(HEFEI, month, member(mode="pool_only")) == "none"


class TestYangzhou:
    def test_credits_two_per_cent_from_2023(self) -> None:
        assert credited(YANGZHOU, "2022-12", member()) == "no_price_in_force"
        assert credited(YANGZHOU, "2023-01", member()) == "100.00"

    def test_credits_retirees_the_monthly_average_of_2022_through_2023(self) -> None:
        wang = member(retired=True, age=73, earlier_total=Decimal("1500.50"))
        assert credited(YANGZHOU, "2022-12", wang) == "no_price_in_force"
        assert credited(YANGZHOU, "2023-01", wang) == "125.04"
        assert credited(YANGZHOU, "2023-12", wang) == "125.04"
        assert load_book().tariff(YANGZHOU, date(2023, 12, 1)).earlier_total_year == 2022

    def test_guesses_nothing_for_who_has_no_total_of_2022(self) -> None:
        assert credited(YANGZHOU, "2023-07", member(retired=True)) == "earlier_total_missing"

    def test_credits_retirees_a_share_of_the_average_pension_from_2024(self) -> None:
        wang = member(retired=True, age=73, earlier_total=Decimal("1500.50"))
        assert credited(YANGZHOU, "2024-01", wang) == "average_basic_pension_missing"
        book = load_book().with_figures([pension(YANGZHOU, "3333.33")])
        assert credited(YANGZHOU, "2024-01", wang, book) == "83.33"
        assert book.tariff(YANGZHOU, date(2024, 1, 1)).earlier_total_year is None


class TestYantai:
    @pytest.mark.parametrize("month", ["2022-12", "2023-01", "2023-12"])
    @pytest.mark.parametrize(
        ("age", "amount"),
        [(34, "172.00"), (35, "188.00"), (44, "188.00"), (45, "216.00")],
    )
    def test_credits_by_age_until_the_end_of_2023(self, month: str, age: int, amount: str) -> None:
        assert credited(YANTAI, month, member(age=age, base=Decimal(8000))) == amount

    @pytest.mark.parametrize("age", [34, 35, 44, 45])
    def test_credits_two_per_cent_at_any_age_from_2024(self, age: int) -> None:
        assert credited(YANTAI, "2024-01", member(age=age, base=Decimal(8000))) == "160.00"

    def test_leaves_active_members_before_december_2022_to_staff(self) -> None:
        assert credited(YANTAI, "2022-11", member()) == "no_price_in_force"

    @pytest.mark.parametrize("month", ["2022-06", "2022-12", "2023-12", "2024-01", "2026-11"])
    def test_keeps_no_account_for_flexible_employment_before_retirement(self, month: str) -> None:
        assert credited(YANTAI, month, member(employment="flexible")) == "none"

    def test_credits_retirees_one_and_a_half_yuan_a_year_of_age_until_the_end_of_2023(self) -> None:
        old = member(retired=True, age=72, employment="flexible")
        assert credited(YANTAI, "2022-06", old) == "no_price_in_force"
        assert credited(YANTAI, "2022-07", old) == "108.00"
        assert credited(YANTAI, "2023-12", old) == "108.00"
        assert credited(YANTAI, "2023-12", member(retired=True, age=69)) == "103.50"

    def test_credits_retirees_a_share_of_the_average_pension_by_age_from_2024(self) -> None:
        book = load_book().with_figures([pension(YANTAI, "3600.00")])
        assert credited(YANTAI, "2024-01", member(retired=True, age=69), book) == "72.00"
        assert credited(YANTAI, "2024-01", member(retired=True, age=70), book) == "90.00"
        missing = credited(YANTAI, "2024-01", member(retired=True, age=70))
        assert missing == "average_basic_pension_missing"

    def test_says_that_december_2022_is_an_assumption(self) -> None:
        standings = {
            month: {
                cell.source.standing
                for cell in load_book().tariff(YANTAI, month).cells
                if not cell.retired
            }
            for month in (date(2022, 12, 1), date(2023, 1, 1))
        }
        assert standings == {date(2022, 12, 1): {"assumed"}, date(2023, 1, 1): {"stated"}}


class TestSuizhou:
    def test_credits_two_per_cent_and_seventy_in_2023_and_2024(self) -> None:
        for month in ("2023-01", "2024-12"):
            assert credited(SUIZHOU, month, member()) == "100.00"
            assert credited(SUIZHOU, month, member(retired=True)) == "70.00"
        for month in ("2022-12", "2025-01"):
            assert credited(SUIZHOU, month, member()) == "no_price_in_force"
            assert credited(SUIZHOU, month, member(retired=True)) == "no_price_in_force"

    @pytest.mark.parametrize(
        ("combined", "pool_only", "amount"),
        [
            (20, 10, "46.67"),
            (240, 120, "46.67"),
            (1, 1, "35.00"),
            (Decimal("7.5"), Decimal("22.5"), "17.50"),
            (20, 0, "70.00"),
            (20, None, "70.00"),
            (None, None, "70.00"),
            (0, 0, "70.00"),
        ],
    )
    def test_shares_the_seventy_by_the_combined_years(
        self, combined: Decimal | None, pool_only: Decimal | None, amount: str
    ) -> None:
        who = member(retired=True, combined_years=combined, pool_only_years=pool_only)
        assert credited(SUIZHOU, "2023-01", who) == amount

    @pytest.mark.parametrize("month", ["2022-06", "2023-01", "2025-01"])
    def test_keeps_no_account_without_any_combined_year(self, month: str) -> None:
        for who in (
            member(mode="pool_only"),
            member(mode="pool_only", combined_years=20),
            member(retired=True, mode="pool_only"),
            member(retired=True, mode="pool_only", combined_years=0, pool_only_years=30),
            member(retired=True, combined_years=0, pool_only_years=10),
            member(retired=True, pool_only_years=10),
        ):
            assert credited(SUIZHOU, month, who) == "none"

    def test_credits_a_pool_only_retiree_who_has_combined_years(self) -> None:
        who = member(retired=True, mode="pool_only", combined_years=20, pool_only_years=10)
        assert credited(SUIZHOU, "2023-01", who) == "46.67"

    def test_goes_on_in_every_month_that_begins_before_the_prolonged_end(self) -> None:
        figure = EnteredFigure(id=7, scope=SUIZHOU, key="in_force_until", value="2025-06-30")
        book = load_book().with_figures([figure])
        assert credited(SUIZHOU, "2025-06", member(retired=True), book) == "70.00"
        assert credited(SUIZHOU, "2025-07", member(retired=True), book) == "no_price_in_force"
        first_only = EnteredFigure(id=7, scope=SUIZHOU, key="in_force_until", value="2025-06-01")
        book = load_book().with_figures([first_only])
        assert credited(SUIZHOU, "2025-06", member(retired=True), book) == "70.00"
        cell = book.tariff(SUIZHOU, date(2025, 6, 1)).cells[0]
        assert (cell.source.figure_id, cell.source.ends) == (7, date(2025, 6, 1))


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("month", ["2020-01", "2023-06", "2026-11"])
def test_residents_and_active_pool_only_members_never_have_an_account(
    area: str, month: str
) -> None:
    assert credited(area, month, member(scheme="resident")) == "none"
    assert credited(area, month, member(scheme="resident", retired=True)) == "none"
    assert credited(area, month, member(mode="pool_only", employment="flexible")) == "none"


@pytest.mark.parametrize("area", AREAS)
def test_no_member_has_two_prices_in_any_month(area: str) -> None:
    book = load_book().with_figures([pension(area, "3000.00")])
    for year, month in product(range(2022, 2027), range(1, 13)):
        tariff = book.tariff(area, date(year, month, 1))
        for retired, mode, employment, age in product(
            (True, False), ("combined", "pool_only"), ("employed", "flexible"), range(16, 100, 3)
        ):
            who = member(retired=retired, mode=mode, employment=employment, age=age)
            assert sum(cell.who.matches(who) for cell in tariff.cells) <= 1


def test_an_active_member_without_a_base_is_left_to_staff() -> None:
    assert credited(HEFEI, "2024-01", member(base=None)) == "base_missing"


def test_an_amount_is_rounded_once_half_up_to_the_fen() -> None:
    assert credited(HEFEI, "2024-01", member(base=Decimal("100.25"))) == "2.01"
    assert credited(HEFEI, "2024-01", member(base=Decimal("100.24"))) == "2.00"


def test_a_price_from_an_example_figure_says_so() -> None:
    figure = EnteredFigure(
        id=3, scope=YANTAI, key="average_basic_pension", value="3600.00", example=True
    )
    book = load_book().with_figures([figure])
    found = book.tariff(YANTAI, date(2024, 5, 1)).price(member(retired=True, age=71))
    assert isinstance(found, Price)
    assert found.cell.is_example
    assert found.cell.source.clause == "YT-2.2.1e"
    assert found.cell.figure is not None
    assert found.cell.figure.figure_id == 3


def test_having_an_account_does_not_depend_on_a_price() -> None:
    tariff = load_book().tariff(SUIZHOU, date(2030, 1, 1))
    assert tariff.has_account(member()) is None
    assert isinstance(tariff.price(member()), Unpriced)
    excluded = tariff.has_account(member(mode="pool_only"))
    assert excluded is not None
    assert excluded.source.clause == "SZ-14.4"
