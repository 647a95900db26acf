"""Figures that staff enter: their form, and the order in which they go before the files."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policy.book import (
    FIGURE_KEYS,
    NATIONAL,
    EnteredFigure,
    NoRateInForceError,
    PolicyError,
    load_book,
    validate_figure,
)
from policy.figures import validate_scope
from policy.kinds import PRODUCTS

HEFEI, WUHU, DIRECT = "340100", "340200", "349900"
YANGZHOU, YANTAI, SUIZHOU = "321000", "370600", "421300"


NO_NUMBER = "is not a number (write it plainly, such as 600 or 0.65)"


def terms(cap: str | int = 2000) -> dict[str, Any]:
    group = {
        "deductible": {"1": 300, "2": "300", "3": "300.00"},
        "ratio": {"1": "0.60", "2": "0.55", "3": "0.50"},
        "cap": cap,
    }
    return {"active": group, "retired": group}


def outpatient(scope: str, cap: int, begins: str, *, number: int = 1) -> EnteredFigure:
    return EnteredFigure(
        id=number,
        scope=scope,
        key="outpatient",
        value=terms(cap),
        begins=date.fromisoformat(begins),
        document_title="皖政办秘〔2021〕112号实施细则",
        document_number="皖医保〔2022〕1号",
    )


def cap(area: str, day: str, *figures: EnteredFigure) -> int | None:
    found = load_book().with_figures(figures).rules(area, date.fromisoformat(day)).outpatient
    return int(found.value.active.cap) if found else None


class TestOrder:
    def test_a_figure_serves_its_area_from_its_first_day(self) -> None:
        figure = outpatient(HEFEI, 2000, "2023-01-01")
        assert cap(HEFEI, "2022-12-31", figure) is None
        assert cap(HEFEI, "2023-01-01", figure) == 2000
        assert cap(WUHU, "2023-01-01", figure) is None

    def test_a_provinces_figure_serves_every_area_of_it_and_no_other(self) -> None:
        figure = outpatient("34", 2000, "2023-01-01")
        for area in (HEFEI, WUHU, DIRECT):
            assert cap(area, "2023-01-01", figure) == 2000
        assert cap(YANGZHOU, "2023-01-01", figure) == 7000

    def test_an_areas_own_figure_goes_first_once_it_has_begun(self) -> None:
        both = (
            outpatient("34", 2000, "2023-01-01", number=1),
            outpatient(HEFEI, 3000, "2024-01-01", number=2),
        )
        assert cap(HEFEI, "2023-12-31", *both) == 2000
        assert cap(HEFEI, "2024-01-01", *both) == 3000
        assert cap(WUHU, "2024-01-01", *both) == 2000

    def test_a_later_figure_of_the_province_does_not_go_before_the_areas_own(self) -> None:
        both = (
            outpatient("34", 2000, "2025-01-01", number=2),
            outpatient(HEFEI, 3000, "2024-01-01", number=1),
        )
        assert cap(HEFEI, "2025-06-01", *both) == 3000
        assert cap(WUHU, "2025-06-01", *both) == 2000

    @pytest.mark.parametrize("scope", [YANGZHOU, "32"])
    def test_a_figure_goes_before_what_a_notice_states_from_its_date_on(self, scope: str) -> None:
        figure = outpatient(scope, 9000, "2024-05-01")
        assert cap(YANGZHOU, "2024-04-30", figure) == 7000
        assert cap(YANGZHOU, "2024-05-01", figure) == 9000

    def test_a_newer_figure_closes_the_older_one(self) -> None:
        both = (
            outpatient(HEFEI, 2000, "2023-01-01", number=1),
            outpatient(HEFEI, 3000, "2024-01-01", number=2),
        )
        for order in (both, both[::-1]):
            book = load_book().with_figures(order)
            before = book.rules(HEFEI, date(2023, 12, 31)).outpatient
            assert before is not None
            assert (before.source.figure_id, before.source.ends) == (1, date(2023, 12, 31))
            after = book.rules(HEFEI, date(2024, 1, 1)).outpatient
            assert after is not None
            assert (after.source.figure_id, after.source.ends) == (2, None)

    def test_of_two_from_one_day_the_later_entered_stands(self) -> None:
        both = (
            outpatient(HEFEI, 3000, "2023-01-01", number=2),
            outpatient(HEFEI, 2000, "2023-01-01", number=1),
        )
        assert cap(HEFEI, "2023-06-01", *both) == 3000
        always = [
            EnteredFigure(id=number, scope=YANTAI, key="average_basic_pension", value=amount)
            for number, amount in ((1, "3000.00"), (2, "3100.00"))
        ]
        found = (
            load_book()
            .with_figures(always)
            .value(YANTAI, "average_basic_pension", date(2024, 1, 1))
        )
        assert found is not None
        assert found.value == Decimal("3100.00")

    def test_what_a_figure_ended_falls_back_to_what_stands_behind_it(self) -> None:
        figure = EnteredFigure(
            id=1,
            scope=WUHU,
            key="family_premiums",
            value=False,
            begins=date(2024, 1, 1),
            ends=date(2024, 6, 30),
        )
        book = load_book().with_figures([figure])
        switched = {
            day: book.rules(WUHU, date.fromisoformat(day)).family_premiums.value
            for day in ("2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01")
        }
        assert list(switched.values()) == [True, False, False, True]

    def test_a_source_names_the_figure_and_its_document(self) -> None:
        found = load_book().with_figures([outpatient("34", 2000, "2023-01-01", number=9)])
        value = found.rules(WUHU, date(2024, 1, 1)).outpatient
        assert value is not None
        assert value.source.as_json() == {
            "document": "皖政办秘〔2021〕112号实施细则",
            "number": "皖医保〔2022〕1号",
            "clause": "",
            "standing": "stated",
            "decided_by": None,
            "note": None,
            "note_zh": None,
            "begins": "2023-01-01",
            "ends": None,
            "figure_id": 9,
        }

    def test_an_example_is_marked_wherever_it_is_in_force(self) -> None:
        figure = EnteredFigure(
            id=1, scope=SUIZHOU, key="in_force_until", value="2026-12-31", example=True
        )
        book = load_book().with_figures([figure])
        assert book.rules(SUIZHOU, date(2024, 12, 30)).examples == ()
        assert book.rules(SUIZHOU, date(2024, 12, 31)).examples == ("outpatient",)

    def test_figures_leave_the_book_of_the_files_alone(self) -> None:
        load_book().with_figures([outpatient(HEFEI, 2000, "2023-01-01")])
        assert load_book().rules(HEFEI, date(2024, 1, 1)).outpatient is None


class TestProlonging:
    @staticmethod
    def until(day: str, *, begins: date | None = None, number: int = 1) -> EnteredFigure:
        return EnteredFigure(
            id=number, scope=SUIZHOU, key="in_force_until", value=day, begins=begins
        )

    def test_prolongs_to_its_last_day_for_claims(self) -> None:
        figure = self.until("2025-06-30")
        assert cap(SUIZHOU, "2025-06-30", figure) == 1300
        assert cap(SUIZHOU, "2025-07-01", figure) is None

    def test_shortens_no_notice(self) -> None:
        assert cap(SUIZHOU, "2024-12-30", self.until("2023-06-30")) == 1300

    def test_a_second_prolongation_follows_the_first(self) -> None:
        both = (
            self.until("2025-06-30", number=1),
            self.until("2026-12-31", begins=date(2025, 7, 1), number=2),
        )
        assert cap(SUIZHOU, "2025-06-30", *both) == 1300
        assert cap(SUIZHOU, "2025-07-01", *both) == 1300
        assert cap(SUIZHOU, "2026-12-31", *both) == 1300
        assert cap(SUIZHOU, "2027-01-01", *both) is None

    def test_changes_nothing_where_no_notice_runs_out(self) -> None:
        figure = EnteredFigure(id=1, scope=YANTAI, key="in_force_until", value="2030-01-01")
        assert cap(YANTAI, "2022-12-31", figure) == 900
        assert cap(YANTAI, "2023-01-01", figure) == 1800

    def test_an_entered_figure_is_not_ended_by_the_notice(self) -> None:
        figure = outpatient(SUIZHOU, 1500, "2024-06-01")
        assert cap(SUIZHOU, "2024-05-31", figure) == 1300
        assert cap(SUIZHOU, "2024-12-31", figure) == 1500
        assert cap(SUIZHOU, "2030-01-01", figure) == 1500


class TestOtherFigures:
    def test_a_total_limit(self) -> None:
        figure = EnteredFigure(id=1, scope=SUIZHOU, key="pooled_total_limit", value="150000")
        found = load_book().with_figures([figure]).rules(SUIZHOU, date(2023, 5, 1))
        assert found.pooled_total_limit is not None
        assert found.pooled_total_limit.value == Decimal("150000.00")

    def test_a_premiums_amount_by_product(self) -> None:
        value = {
            "product": "resident_insurance",
            "amount": "400.00",
            "opens": "2025-09-01",
            "closes": "2025-12-31",
        }
        figure = EnteredFigure(
            id=1, scope="34", key="premium_amount", value=value, begins=date(2025, 9, 1)
        )
        book = load_book().with_figures([figure])
        assert not book.rules(WUHU, date(2025, 8, 31)).premium_amount
        found = book.rules(WUHU, date(2025, 9, 1)).premium_amount
        assert list(found) == ["resident_insurance"]
        row = found["resident_insurance"].value
        assert (row.amount, row.opens, row.closes) == (
            Decimal("400.00"),
            date(2025, 9, 1),
            date(2025, 12, 31),
        )

    def test_deposit_rates_split_a_year_at_each_change(self) -> None:
        figure = EnteredFigure(
            id=4,
            scope=NATIONAL,
            key="deposit_rates",
            value={"demand": "0.0010", "three_month": "0.0080"},
            begins=date(2025, 3, 1),
        )
        book = load_book().with_figures([figure])
        periods = book.deposit_rates(date(2025, 1, 1), date(2025, 12, 31))
        assert [(p.first, p.last, p.demand, p.three_month) for p in periods] == [
            (date(2025, 1, 1), date(2025, 2, 28), Decimal("0.0035"), Decimal("0.0110")),
            (date(2025, 3, 1), date(2025, 12, 31), Decimal("0.0010"), Decimal("0.0080")),
        ]
        assert len(book.deposit_rates(date(2024, 1, 1), date(2024, 12, 31))) == 1
        assert len(book.deposit_rates(date(2025, 3, 1), date(2025, 3, 1))) == 1

    def test_no_rate_is_known_before_the_benchmark(self) -> None:
        book = load_book()
        assert book.deposit_rates(date(2015, 10, 24), date(2015, 10, 24))
        with pytest.raises(NoRateInForceError):
            book.deposit_rates(date(2015, 10, 23), date(2015, 12, 31))


def group(**change: Any) -> dict[str, Any]:
    value = terms()
    return value | {"active": value["active"] | change}


class TestForm:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("average_basic_pension", "3600.00"),
            ("average_basic_pension", 3600),
            ("outpatient", terms()),
            ("outpatient", group(deductible={1: 300, 2: 300, 3: 300})),
            ("family_premiums", False),
            ("in_force_until", "2025-06-30"),
            ("in_force_until", date(2025, 6, 30)),
            ("pooled_total_limit", "400000"),
            ("deposit_rates", {"demand": "0.0035", "three_month": "0.0110"}),
        ],
    )
    def test_takes_what_is_right(self, key: str, value: object) -> None:
        assert validate_figure(key, value) == []

    @pytest.mark.parametrize(
        ("key", "value", "problem"),
        [
            ("pension", "1", f"pension: no such figure; there are {', '.join(FIGURE_KEYS)}"),
            ("average_basic_pension", "-1", "average_basic_pension: -1 is negative"),
            (
                "average_basic_pension",
                3600.5,
                f"average_basic_pension: 3600.5 {NO_NUMBER}",
            ),
            (
                "average_basic_pension",
                True,
                f"average_basic_pension: True {NO_NUMBER}",
            ),
            (
                "outpatient",
                terms() | {"from": "2023-01-01"},
                "outpatient.from: unknown key",
            ),
            ("outpatient", {"active": terms()["active"]}, "outpatient.retired: is missing"),
            (
                "outpatient",
                group(ratio={"1": "60", "2": "0.5", "3": "0.5"}),
                "outpatient.active.ratio.1: 60 is over 1 (write 65% as 0.65)",
            ),
            (
                "outpatient",
                group(deductible={"1": 300, "2": 300}),
                "outpatient.active.deductible.3: is missing",
            ),
            (
                "outpatient",
                group(deductible={"1": 300, 1: 300, "2": 300, "3": 300}),
                "outpatient.active.deductible: a level is given twice",
            ),
            (
                "outpatient",
                group(clauses={"cap": "YZ-1"}),
                "outpatient.active.clauses: unknown key",
            ),
            ("family_premiums", "no", "family_premiums: 'no' is not true or false"),
            (
                "in_force_until",
                "June 2025",
                "in_force_until: 'June 2025' is not a day (write it as YYYY-MM-DD)",
            ),
            (
                "in_force_until",
                "2025-06-31",
                "in_force_until: 2025-06-31 is not a day of the calendar",
            ),
            (
                "premium_amount",
                {"product": "gym", "amount": "1", "opens": "2024-01-01", "closes": "2024-02-01"},
                f"premium_amount.product: 'gym' is not one of {', '.join(PRODUCTS)}",
            ),
            (
                "premium_amount",
                {
                    "product": "large_amount",
                    "amount": "1",
                    "opens": "2024-02-01",
                    "closes": "2024-01-01",
                },
                "premium_amount.closes: closes before it opens",
            ),
            ("deposit_rates", {"demand": "0.35"}, "deposit_rates.three_month: is missing"),
        ],
    )
    def test_refuses_what_is_not(self, key: str, value: object, problem: str) -> None:
        assert validate_figure(key, value) == [problem]

    def test_deposit_rates_are_one_for_the_country_and_nothing_else_is(self) -> None:
        assert validate_scope("deposit_rates", NATIONAL) == []
        assert validate_scope("deposit_rates", HEFEI)
        assert validate_scope("outpatient", NATIONAL)
        assert validate_scope("outpatient", "3401")

    def test_the_book_says_what_is_wrong_with_a_figure_before_it_is_kept(self) -> None:
        book = load_book()
        assert book.problems_of(outpatient(HEFEI, 2000, "2023-01-01")) == []
        undated = EnteredFigure(id=1, scope="999999", key="outpatient", value=terms(-5))
        assert book.problems_of(undated) == [
            "outpatient.active.cap: -5 is negative",
            "outpatient: needs the day from which it is in force",
            "999999 is no area or province of the policy files",
        ]
        backwards = EnteredFigure(
            id=2,
            scope=WUHU,
            key="family_premiums",
            value=False,
            begins=date(2024, 2, 1),
            ends=date(2024, 1, 1),
        )
        assert book.problems_of(backwards) == ["family_premiums: ends before it begins"]
        with pytest.raises(PolicyError) as caught:
            book.with_figures([undated, backwards])
        assert [str(problem) for problem in caught.value.problems] == [
            "figure 1: 999999: outpatient.active.cap: -5 is negative",
            "figure 1: 999999: outpatient: needs the day from which it is in force",
            "figure 1: 999999: 999999 is no area or province of the policy files",
            "figure 2: 340200: family_premiums: ends before it begins",
        ]
