"""What the book says for people: all values of a day, what differs, what is assumed, what ends."""

from datetime import date

import pytest
from django.utils.translation import override

from policy.book import DepositRates, EnteredFigure, Premium, diff, load_book
from policy.keys import KEYS
from policy.text import DECIDERS, STANDINGS, TEXTS, words_of

HEFEI, WUHU, DIRECT = "340100", "340200", "349900"
YANGZHOU, YANTAI, SUIZHOU = "321000", "370600", "421300"


class TestExplain:
    def test_lists_every_value_once_with_its_source(self) -> None:
        for area in load_book().areas:
            entries = load_book().explain(area, date(2024, 6, 1))
            keys = [entry.key for entry in entries]
            assert len(set(keys)) == len(keys)
            assert all(entry.source.clause for entry in entries)

    def test_shows_open_figures_until_they_are_entered(self) -> None:
        day = date(2024, 6, 1)
        entry = {e.key: e for e in load_book().explain(HEFEI, day)}["outpatient"]
        assert (entry.value, entry.source.standing, entry.source.clause) == (
            None,
            "open",
            "AH49-0",
        )
        entries = {e.key: e for e in load_book().explain(YANTAI, day)}
        assert entries["average_basic_pension"].source.standing == "open"
        assert entries["tariff.retired.below_70"].value is None
        figure = EnteredFigure(
            id=1, scope=YANTAI, key="average_basic_pension", value="3600.00", example=True
        )
        entries = {e.key: e for e in load_book().with_figures([figure]).explain(YANTAI, day)}
        assert entries["average_basic_pension"].source.standing == "example"
        assert entries["tariff.retired.below_70"].value.flat == 72

    def test_shows_rates_prices_and_who_has_no_account(self) -> None:
        entries = {entry.key: entry for entry in load_book().explain(SUIZHOU, date(2023, 6, 1))}
        assert isinstance(entries["deposit_rates"].value, DepositRates)
        assert entries["tariff.retired"].value.flat == 70
        assert entries["no_account.employee.active.pool_only"].source.clause == "SZ-14.4"
        assert entries["premiums.resident_insurance"].value == Premium(own=False, relatives=False)


class TestDiff:
    def test_tells_what_changes_between_two_days(self) -> None:
        book = load_book()
        changes = diff(
            book.explain(HEFEI, date(2024, 5, 31)), book.explain(HEFEI, date(2024, 6, 1))
        )
        assert {change.key for change in changes} == {
            "cross_area_sharing",
            "family_seats",
            "premiums.long_term_care",
            "premiums.resident_insurance",
            "premiums.commercial_supplement",
        }
        seats = next(change for change in changes if change.key == "family_seats")
        assert seats.before is None
        assert seats.after is not None
        assert seats.after.value == 6

    def test_tells_what_differs_between_two_areas(self) -> None:
        book, day = load_book(), date(2024, 6, 1)
        assert diff(book.explain(HEFEI, day), book.explain(WUHU, day)) == [
            change
            for change in diff(book.explain(HEFEI, day), book.explain(WUHU, day))
            if change.key == "home_areas"
        ]
        keys = {c.key for c in diff(book.explain(HEFEI, day), book.explain(DIRECT, day))}
        assert {"account_use", "sharing_excluded", "home_areas"} == keys

    def test_finds_a_day_no_different_from_itself_and_another_source_no_change(self) -> None:
        book = load_book()
        assert not diff(
            book.explain(YANTAI, date(2024, 6, 1)), book.explain(YANTAI, date(2024, 7, 1))
        )
        december, january = date(2022, 12, 1), date(2023, 1, 1)
        keys = {
            change.key
            for change in diff(book.explain(YANTAI, december), book.explain(YANTAI, january))
        }
        assert keys == {"outpatient"}


class TestAssumptions:
    def test_tells_in_plain_words_what_each_area_assumes_and_who_may_change_it(self) -> None:
        for area in load_book().areas:
            entries = load_book().assumptions(area)
            assert entries
            for entry in entries:
                assert entry.source.standing == "assumed"
                assert entry.source.decided_by in DECIDERS
                assert entry.source.note
                assert entry.source.note_zh

    def test_leaves_out_what_the_area_states_for_every_day(self) -> None:
        keys = [entry.key for entry in load_book().assumptions(DIRECT)]
        assert keys.count("home_areas") == 1
        assert keys.count("sharing_excluded") == 1
        assert "sharing_open" in keys
        assert "no_account.employee.active.pool_only" not in keys
        assert "no_account.resident" in keys

    def test_yantai_assumes_that_the_end_of_2022_is_december(self) -> None:
        notes = {e.source.note for e in load_book().assumptions(YANTAI) if "tariff" in e.key}
        assert notes == {'"From the end of 2022" is read as from December 2022.'}


class TestExpiring:
    def test_warns_before_suizhous_notice_runs_out(self) -> None:
        book = load_book()
        assert book.expiring(SUIZHOU, date(2024, 11, 29), 30) == []
        keys = [entry.key for entry in book.expiring(SUIZHOU, date(2024, 11, 30), 30)]
        assert keys == ["outpatient", "tariff.active.combined", "tariff.retired"]

    def test_goes_on_warning_when_it_has_run_out(self) -> None:
        found = load_book().expiring(SUIZHOU, date(2026, 11, 22), 30)
        assert [entry.source.ends for entry in found] == [date(2024, 12, 30)] * 3

    def test_follows_a_prolongation(self) -> None:
        figure = EnteredFigure(id=1, scope=SUIZHOU, key="in_force_until", value="2026-12-31")
        book = load_book().with_figures([figure])
        assert book.expiring(SUIZHOU, date(2024, 12, 1), 30) == []
        found = book.expiring(SUIZHOU, date(2026, 12, 2), 30)
        assert [(entry.key, entry.source.ends) for entry in found] == [
            ("outpatient", date(2026, 12, 31)),
            ("tariff.active.combined", date(2026, 12, 31)),
            ("tariff.retired", date(2026, 12, 31)),
        ]

    def test_does_not_warn_where_something_follows(self) -> None:
        for area in (HEFEI, DIRECT, YANGZHOU, YANTAI):
            for day in (date(2022, 12, 15), date(2023, 12, 15), date(2024, 5, 15)):
                assert load_book().expiring(area, day, 40) == []

    def test_warns_of_a_figure_that_ends(self) -> None:
        figure = EnteredFigure(
            id=1, scope=WUHU, key="family_premiums", value=False, ends=date(2025, 6, 30)
        )
        book = load_book().with_figures([figure])
        found = book.expiring(WUHU, date(2025, 6, 15), 30)
        assert [entry.key for entry in found] == ["family_premiums"]
        assert book.expiring(WUHU, date(2025, 7, 1), 30) == []


class TestWords:
    @pytest.mark.parametrize("key", [*KEYS, "tariff", "no_account"])
    def test_every_key_has_a_title_and_a_sentence(self, key: str) -> None:
        with override("en"):
            words = words_of(key)
            assert str(words.title)
            assert str(words.meaning).endswith(".")

    def test_no_words_are_left_over(self) -> None:
        assert set(TEXTS) == {*KEYS, "tariff", "no_account", "premium_amount"}

    def test_a_price_has_the_words_of_its_kind(self) -> None:
        assert words_of("tariff.retired.below_70") is TEXTS["tariff"]
        assert words_of("no_account.resident") is TEXTS["no_account"]

    def test_every_standing_has_words(self) -> None:
        assert set(STANDINGS) == {"stated", "assumed", "open", "example"}
