"""What each notice says on a day, at the first and last day of every rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from policy.book import Rules, UnknownAreaError, load_book

HEFEI, WUHU, DIRECT = "340100", "340200", "349900"
YANGZHOU, YANTAI, SUIZHOU = "321000", "370600", "421300"
AREAS = (HEFEI, DIRECT, YANGZHOU, YANTAI, SUIZHOU)


def rules(area: str, day: str) -> Rules:
    return load_book().rules(area, date.fromisoformat(day))


def table(area: str, day: str, *, retired: bool) -> tuple[list[int], list[int], int]:
    """Deductibles, ratios in per cent and cap by level 1 to 3, as the notices print them."""
    found = rules(area, day).outpatient
    assert found is not None
    terms = found.value.terms(retired=retired)
    return (
        [int(terms.deductible[level]) for level in (1, 2, 3)],
        [int(terms.ratio[level] * 100) for level in (1, 2, 3)],
        int(terms.cap),
    )


class TestOutpatient:
    @pytest.mark.parametrize("day", ["2023-01-01", "2026-11-22"])
    def test_yangzhou_pays_from_2023(self, day: str) -> None:
        assert table(YANGZHOU, day, retired=False) == ([600] * 3, [70, 65, 60], 7000)
        assert table(YANGZHOU, day, retired=True) == ([500] * 3, [80, 75, 70], 8000)

    def test_yantai_halves_the_cap_of_2022_alone(self) -> None:
        for day, cap in (("2022-07-01", 900), ("2022-12-31", 900), ("2023-01-01", 1800)):
            assert table(YANTAI, day, retired=False) == ([500, 800, 800], [70, 60, 50], cap)
            assert table(YANTAI, day, retired=True) == ([500, 800, 800], [75, 65, 55], cap)

    @pytest.mark.parametrize("day", ["2022-12-31", "2024-12-30"])
    def test_suizhou_pays_for_two_years(self, day: str) -> None:
        assert table(SUIZHOU, day, retired=False) == ([500] * 3, [80, 70, 60], 1300)
        assert table(SUIZHOU, day, retired=True) == ([400] * 3, [85, 75, 65], 1600)

    @pytest.mark.parametrize(
        ("area", "day"),
        [
            (YANGZHOU, "2022-12-31"),
            (YANTAI, "2022-06-30"),
            (SUIZHOU, "2022-12-30"),
            (SUIZHOU, "2024-12-31"),
            (HEFEI, "2024-06-01"),
            (DIRECT, "2024-06-01"),
        ],
    )
    def test_nothing_is_in_force_outside_the_notices(self, area: str, day: str) -> None:
        assert rules(area, day).outpatient is None

    def test_each_part_names_its_clause(self) -> None:
        found = rules(YANTAI, "2023-05-01").outpatient
        assert found is not None
        clauses = [
            found.value.source_of(part, retired=True, source=found.source).clause
            for part in ("deductible", "ratio", "cap")
        ]
        assert clauses == ["YT-2.1.1a", "YT-2.1.2b", "YT-2.1.3"]
        assert found.source.number == "烟政办发〔2022〕17号"

    def test_suizhou_alone_counts_to_the_total_limit(self) -> None:
        counting = [area for area in AREAS if rules(area, "2023-06-01").counts_to_total.value]
        assert counting == [SUIZHOU]
        assert rules(SUIZHOU, "2023-06-01").pooled_total_limit is None


class TestAwayFromHome:
    def test_yantai_takes_ten_per_cent_first_and_the_others_refuse(self) -> None:
        for area in AREAS:
            found = rules(area, "2023-06-01")
            if area == YANTAI:
                assert found.remote_unregistered.value == "self_pay_first"
                assert found.remote_self_pay_ratio is not None
                assert found.remote_self_pay_ratio.value == Decimal("0.10")
            else:
                assert found.remote_unregistered.value == "refuse"
                assert found.remote_self_pay_ratio is None

    def test_suizhou_alone_needs_a_networked_institution_before_and_after_its_notice_ends(
        self,
    ) -> None:
        assert [a for a in AREAS if rules(a, "2023-06-01").remote_requires_network.value] == [
            SUIZHOU
        ]
        assert rules(SUIZHOU, "2026-01-01").remote_requires_network.value

    def test_a_provincial_direct_member_is_at_home_in_hefei_too(self) -> None:
        home = rules(DIRECT, "2024-06-01").home_areas
        assert home.value == (DIRECT, HEFEI)
        assert (home.source.standing, home.source.decided_by) == ("assumed", "province")
        assert rules(HEFEI, "2024-06-01").home_areas.value == (HEFEI,)

    def test_pharmacies_are_covered_in_yangzhou_and_suizhou(self) -> None:
        covered = [a for a in AREAS if rules(a, "2023-06-01").pharmacy_prescription_covered.value]
        assert covered == [YANGZHOU, SUIZHOU]


class TestBill:
    def test_what_is_never_in_policy_is_so_everywhere(self) -> None:
        for area in AREAS:
            assert rules(area, "2023-06-01").purposes_never_in_policy.value == {
                "public_health",
                "fitness",
                "wellness",
                "checkup",
                "vaccine_programme",
                "vaccine_other",
            }

    def test_other_vaccines_are_payable_from_the_account_in_yangzhou_alone(self) -> None:
        for area in AREAS:
            payable = rules(area, "2023-06-01").purposes_payable_from_account.value
            assert payable == ({"vaccine_other"} if area == YANGZHOU else set())

    def test_stays_and_other_benefits_are_left_out_everywhere(self) -> None:
        for area in AREAS:
            found = rules(area, "2023-06-01")
            assert found.excluded_stays.value == {"hospital", "ltc_specialised"}
            assert found.other_benefit_categories.value == {
                "chronic_special",
                "dual_channel",
                "maternity",
                "day_surgery",
            }
            assert found.level_zero_counts_as.value == 1


class TestSharing:
    @pytest.mark.parametrize(
        ("area", "first"),
        [
            (HEFEI, "2022-07-01"),
            (YANGZHOU, "2023-01-01"),
            (YANTAI, "2022-07-01"),
            (SUIZHOU, "2022-12-31"),
        ],
    )
    def test_opens_on_the_day_of_the_notice_and_stays_open(self, area: str, first: str) -> None:
        day = date.fromisoformat(first)
        book = load_book()
        assert not book.rules(area, day - timedelta(days=1)).sharing_open.value
        assert book.rules(area, day).sharing_open.value
        assert book.rules(area, date(2030, 1, 1)).sharing_open.value
        assert book.rules(area, day).sharing_relations.value == {"spouse", "parent", "child"}

    def test_crosses_areas_in_anhui_from_june_2024(self) -> None:
        before, after = rules(WUHU, "2024-05-31"), rules(WUHU, "2024-06-01")
        assert (before.cross_area_sharing.value, before.family_seats) == (False, None)
        assert after.cross_area_sharing.value
        assert after.family_seats is not None
        assert (after.family_seats.value, after.cross_area_authorizers.value) == (6, 1)
        for area in (YANGZHOU, YANTAI, SUIZHOU):
            found = rules(area, "2026-01-01")
            assert (found.cross_area_sharing.value, found.family_seats) == (False, None)

    @pytest.mark.parametrize("day", ["2022-01-01", "2024-05-31", "2024-06-01", "2026-11-22"])
    def test_leaves_out_the_provincial_direct_scheme_which_disburses(self, day: str) -> None:
        found = rules(DIRECT, day)
        assert (found.sharing_excluded.value, found.account_use.value) == (True, "disbursed")
        assert (rules(HEFEI, day).sharing_excluded.value, rules(HEFEI, day).account_use.value) == (
            False,
            "kept",
        )
        stated = day >= "2024-06-01"
        assert found.sharing_excluded.source.standing == ("stated" if stated else "assumed")


class TestPremiums:
    @staticmethod
    def payable(area: str, day: str) -> dict[str, str]:
        return {
            product: "+".join(
                name
                for name, may in (("own", value.value.own), ("relatives", value.value.relatives))
                if may
            )
            for product, value in rules(area, day).premiums.items()
        }

    def test_anhui(self) -> None:
        assert self.payable(HEFEI, "2022-06-30") == {}
        assert self.payable(HEFEI, "2022-07-01") == {"large_amount": "own"}
        assert self.payable(HEFEI, "2024-05-31") == {"large_amount": "own"}
        assert self.payable(HEFEI, "2024-06-01") == {
            "large_amount": "own",
            "long_term_care": "relatives",
            "resident_insurance": "relatives",
            "commercial_supplement": "relatives",
        }

    def test_yangzhou(self) -> None:
        assert self.payable(YANGZHOU, "2022-12-31") == {}
        assert self.payable(YANGZHOU, "2023-01-01") == {
            "large_amount": "own",
            "long_term_care": "own",
            "resident_insurance": "relatives",
            "commercial_supplement": "own+relatives",
        }

    def test_yantai(self) -> None:
        assert self.payable(YANTAI, "2022-06-30") == {}
        assert self.payable(YANTAI, "2022-07-01") == {
            "long_term_care": "relatives",
            "resident_insurance": "relatives",
            "commercial_supplement": "relatives",
        }

    def test_suizhou_only_explores_it(self) -> None:
        assert self.payable(SUIZHOU, "2023-06-01") == {}
        explored = load_book().value(SUIZHOU, "premiums.resident_insurance", date(2023, 6, 1))
        assert explored is not None
        assert explored.source.clause == "SZ-15.3"

    def test_relatives_may_pay_unless_an_area_says_otherwise_and_no_amount_is_set(self) -> None:
        for area in AREAS:
            found = rules(area, "2024-06-01")
            assert found.family_premiums.value
            assert not found.premium_amount


class TestEveryArea:
    @pytest.mark.parametrize("day", ["2000-01-01", "2022-07-01", "2026-11-22", "2099-12-31"])
    def test_has_rules_on_every_day_with_a_source_for_each(self, day: str) -> None:
        book = load_book()
        assert len(book.areas) == 20
        for area in book.areas:
            for key, source in rules(area, day).sources().items():
                assert source.document in book.documents, key
                assert source.clause.startswith(f"{source.document}-")
                if source.standing == "assumed":
                    assert source.decided_by
                    assert source.note
                    assert source.note_zh

    def test_answers_the_same_for_a_day_whatever_was_asked_before(self) -> None:
        fresh, used = load_book().with_figures([]), load_book()
        for day in (date(2022, 6, 30), date(2022, 7, 1), date(2024, 5, 31), date(2024, 6, 1)):
            for area in AREAS:
                assert fresh.rules(area, day) == used.rules(area, day)
                assert fresh.rules(area, day).day == day

    def test_retired_standing_and_spending_are_read_alike(self) -> None:
        for area in AREAS:
            found = rules(area, "2023-06-01")
            assert found.retired_from.value == "next_month"
            assert found.standing_months_back.value == 1
            assert found.spending_order.value == "current_first"
            assert found.run_due_day.value == 26
            expected = "stated" if area == SUIZHOU else "assumed"
            assert found.retired_from.source.standing == expected

    def test_an_unknown_area_is_an_error(self) -> None:
        with pytest.raises(UnknownAreaError):
            rules("999999", "2023-01-01")
        with pytest.raises(UnknownAreaError):
            load_book().tariff("34", date(2023, 1, 1))


def test_anhui_lists_sixteen_cities_and_the_provincial_direct_scheme() -> None:
    anhui = [area for area in load_book().areas.values() if area.province == "34"]
    assert len(anhui) == 17
    assert load_book().areas[WUHU].name == "芜湖"
    assert load_book().areas[DIRECT].name == "省直"
