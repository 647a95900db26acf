"""One truth: the SQL of a run and the single-member functions agree to the fen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from accounts import ledger, runs
from accounts.checks import ledger_problems
from accounts.closing import close_year, interest_in, movements_of, rate_periods
from accounts.crediting import credit, skipped_in
from accounts.interest import interest
from accounts.models import AccountYear, Credit, LedgerAccount, Run, Transfer
from accounts.pricing import member_month, worth_of
from members.models import Contribution, Enrolment, Person
from members.operations import enrol_many
from members.queries import is_retired
from policy.book import Price, Unpriced, load_book
from policy.queries import current_book
from tests.people import (
    ACTOR,
    HEFEI,
    done,
    enrol,
    enter_figure,
    new_person,
)

ROOT = Path(__file__).resolve().parents[2]
MONTH, DAY = date(2024, 3, 1), date(2024, 3, 26)


@pytest.fixture(autouse=True)
def _fresh_ids() -> Iterator[None]:
    ledger.forget_account_ids()
    yield
    ledger.forget_account_ids()


# --- one truth ------------------------------------------------------------------------------------


def crowd(dice: random.Random, area: str, number: int) -> list[Person]:
    """Enrol random members of every scheme, mode, employment and age, some of them retired."""
    people = []
    for _ in range(number):
        born = date(1935, 1, 1) + timedelta(days=dice.randrange(30_000))
        retired = born + timedelta(days=365 * 60) if dice.random() < 0.4 else None
        people.append(
            new_person(
                "x",
                area=area,
                born=born,
                begins_on=dice.choice([date(1990, 1, 1), date(2023, 5, 1), date(2023, 5, 2)]),
                scheme=dice.choice(["employee", "employee", "employee", "resident"]),
                mode=dice.choice(["combined", "combined", "pool_only"]),
                employment=dice.choice(["employed", "flexible"]),
                retired_on=retired,
                combined_years=Decimal(dice.choice(["0", "7", "12.25", "30"])),
                pool_only_years=Decimal(dice.choice(["0", "0", "3", "11.5"])),
                earlier_totals=((2022, Decimal(dice.randrange(0, 200_000)) / 100),)
                if dice.random() < 0.7
                else (),
            )
        )
    return enrol_many(people=people, actor=ACTOR)


def pay(dice: random.Random, persons: list[Person], months: list[date]) -> None:
    """Pay some of the months of each, some late and some back again."""
    Contribution.objects.bulk_create(
        Contribution(
            person=person,
            month=month,
            base=Decimal(dice.randrange(0, 3_000_000)) / 100,
            paid_on=month + timedelta(days=dice.choice([5, 20, 70])),
            paid_back_on=month + timedelta(days=80) if dice.random() < 0.05 else None,
        )
        for person in persons
        for month in months
        if dice.random() < 0.7
    )


def months_of_every_rule() -> list[date]:
    return [
        date(2022, 6, 1),
        date(2022, 7, 1),
        date(2022, 12, 1),
        date(2023, 1, 1),
        date(2023, 5, 1),
        date(2023, 12, 1),
        date(2024, 1, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_the_sql_and_the_single_member_function_agree_to_the_fen(
    seed: int, long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of random members of all areas, in every month where some rule begins or ends.

    A chunk is now looked up member by member, now read as a range.
    """
    dice = random.Random(seed)
    book = load_book()
    number = 400 if long else 50
    if seed == 2:
        for scope in ("32", "37"):
            enter_figure(scope, "average_basic_pension", "3456.78", day=date(2022, 1, 1))
    seen = 0
    for area in sorted(book.areas):
        persons = crowd(dice, area, number)
        months = months_of_every_rule()
        pay(dice, persons, months)
        mover = dice.sample(persons, 5)
        elsewhere, before = dice.sample(sorted(set(book.areas) - {area, "349900"}), 2)
        for person in mover:
            place = Enrolment.objects.get(person=person)
            if place.begins_on.year < 2022:
                # They had come from a third area.
                came = date(2022, 9, 15)
                Enrolment.objects.filter(pk=place.pk).update(begins_on=came)
                Enrolment.objects.create(
                    person=person,
                    area=before,
                    scheme=place.scheme,
                    mode=place.mode,
                    employment=place.employment,
                    begins_on=place.begins_on,
                    ends_on=came,
                )
            turn = date(2023, 8, 15)
            Enrolment.objects.filter(pk=place.pk).update(ends_on=turn)
            Enrolment.objects.create(
                person=person,
                area=elsewhere,
                scheme=place.scheme,
                mode=place.mode,
                employment=place.employment,
                begins_on=turn,
            )
        for month in months:
            monkeypatch.setattr(runs, "MANY_TIMES", dice.choice([0, 1_000_000_000]))
            seen += _compare_run(area, month, month + timedelta(days=25))
        Enrolment.objects.filter(area=area, ends_on=None).update(area="000000")
    assert seen > 1_000
    assert ledger_problems() == []


def _compare_run(area: str, month: date, day: date) -> int:
    """Run a month and price everything that it should have looked at by the pure function."""
    here = list(
        Person.objects.filter(
            enrolments__area=area, enrolments__ends_on=None, enrolments__begins_on__lte=day
        ).prefetch_related("enrolments", "earlier_totals", "contributions")
    )
    book = current_book()
    before = set(Credit.objects.filter(person__in=here).values_list("person_id", "month"))
    expected: dict[tuple[int, date], tuple[str, Decimal]] = {}
    unpriced: dict[tuple[int, date], str] = {}
    for person in here:
        bases = {
            paid.month: paid.base
            for paid in person.contributions.all()
            if paid.month <= month and paid.paid_on <= day and paid.paid_back_on is None
        }
        for each in {*bases, month}:
            retired = is_retired(person, each)
            # A retiree's month is the run's own; an active member's is one that was paid.
            if (person.pk, each) in before or not (each == month if retired else each in bases):
                continue
            place = _place(person, each, day)
            tariff = book.tariff(place.area, each)
            earlier = {total.year: total.amount for total in person.earlier_totals.all()}
            who = member_month(
                person,
                place,
                each,
                retired,
                None if retired else bases[each],
                earlier.get(tariff.earlier_total_year or 0),
            )
            match tariff.price(who):
                case Price(amount=amount):
                    expected[person.pk, each] = (place.area, amount)
                case Unpriced(reason=reason):
                    unpriced[person.pk, each] = reason
    run = done(credit(area=area, month=month, day=day, actor=ACTOR))
    assert run.state == Run.State.DONE
    found = {
        (person_id, each): (by, amount)
        for person_id, each, by, amount in Credit.objects.filter(run=run).values_list(
            "person_id", "month", "area", "amount"
        )
    }
    assert found == expected
    assert {(p, m): reason for p, m, reason in skipped_in(run)} == unpriced
    assert run.done == len(found)
    # What corrections work with is the same function over the same facts.
    for person in here[:2]:
        if (person.pk, month) in found:
            worth = worth_of(person=person, month=month, day=day, book=book)
            assert (worth.area, worth.amount) == found[person.pk, month]
    return len(found) + len(unpriced)


def _place(person: Person, month: date, day: date) -> Enrolment:
    """Return the enrolment on the first of the month; before the first one, that of today."""
    places = list(person.enrolments.all())
    for on in (month, day):
        for place in places:
            if place.begins_on <= on and (place.ends_on is None or place.ends_on > on):
                return place
    raise AssertionError("everybody here is enrolled")


@pytest.mark.django_db
def test_the_interest_in_sql_is_that_of_the_pure_function_and_of_counting_days(long: bool) -> None:
    dice = random.Random(7)
    persons = enrol(*["x"] * (1_500 if long else 300))
    accounts = [
        LedgerAccount(
            kind="personal", area=HEFEI, key=f"personal:{p.pk}", person=p, year=2023,
            first_year=2023, closed_through=2022,
        )
        for p in persons
    ]  # fmt: skip
    LedgerAccount.objects.bulk_create(accounts)
    fund = ledger.account_ids([f"contributions:{HEFEI}"])[f"contributions:{HEFEI}"]
    transfers: list[Transfer] = []
    for number, account in enumerate(accounts):
        for year in (2023, 2024):
            for _ in range(dice.randrange(0, 12)):
                amount = Decimal(dice.randrange(1, 500_000)) / 100
                bucket = dice.choice(["current", "carried"])
                on = date(year, 1, 1) + timedelta(days=dice.randrange(365))
                for into in (True, False):
                    part = amount if into else (amount / 3).quantize(Decimal("0.01"))
                    if part <= 0:
                        continue
                    transfers.append(
                        Transfer(
                            source="credit",
                            source_id=number * 1000 + len(transfers),
                            line=1,
                            kind="credit",
                            from_account_id=fund if into else account.pk,
                            to_account_id=account.pk if into else fund,
                            amount=part,
                            account=account,
                            bucket=bucket,
                            day=on,
                            value_date=on,
                        )
                    )
    Transfer.objects.bulk_create(transfers)
    for account in accounts:
        parts = movements_of(account, date(2023, 1, 1), date(2024, 12, 31))
        account.current = sum(
            (m.amount for m in parts if m.bucket == "current" and m.value_date.year == 2024),
            Decimal(0),
        )
        account.carried = sum((m.amount for m in parts), Decimal(0)) - account.current
        account.year = 2024
    LedgerAccount.objects.bulk_update(accounts, ["current", "carried", "year"])

    opening = dict.fromkeys((a.pk for a in accounts), Decimal("0.00"))
    for year in (2023, 2024):
        run = done(close_year(area=HEFEI, year=year, day=date(2025, 1, 5), actor=ACTOR))
        posted = interest_in(run)
        rates = rate_periods(load_book(), date(year, 1, 1), date(year, 12, 31))
        for account in accounts:
            # The interest of a year is a movement of the next one's first day.
            movements = movements_of(account, date(year, 1, 1), date(year, 12, 31))
            pure = interest(
                year=year,
                opening=opening[account.pk],
                movements=movements,
                through=date(year, 12, 31),
                rates=rates,
            )
            found = posted.get(account.person_id or 0)
            assert (found.total if found else 0) == pure.total
            by_days = _day_by_day(opening[account.pk], movements, year, rates)
            assert (pure.current, pure.carried) == by_days
            opening[account.pk] = AccountYear.objects.get(account=account, year=year).closing


def _day_by_day(
    opening: Decimal, movements: list[Any], year: int, rates: list[Any]
) -> tuple[Decimal, Decimal]:
    """Add the balance of each day at the rate of that day: slow, and plainly right."""
    balances = {"current": Decimal(0), "carried": opening}
    sums = {"current": Decimal(0), "carried": Decimal(0)}
    by_day: dict[date, list[Any]] = {}
    for movement in movements:
        by_day.setdefault(movement.value_date, []).append(movement)
    on = date(year, 1, 1)
    days = 0
    while on.year == year:
        for movement in by_day.get(on, ()):
            balances[movement.bucket] += movement.amount
        rate = next(r for r in rates if r.first <= on <= r.last)
        sums["current"] += balances["current"] * rate.demand
        sums["carried"] += balances["carried"] * rate.three_month
        on += timedelta(days=1)
        days += 1
    fen = Decimal("0.01")
    return (
        (sums["current"] / days).quantize(fen, ROUND_HALF_UP),
        (sums["carried"] / days).quantize(fen, ROUND_HALF_UP),
    )
